/** Elements that few pages use: each arrives once the page holds its tag. */
export const lazyElements = {
  'wl-open': () => import('./open/open.ts'),
  'wl-number-purchase': () => import('./number-purchase/number-purchase.ts'),
  'wl-knowledge-upload': () => import('./knowledge-upload/knowledge-upload.ts'),
  'wl-plans': () => import('./plans/plans.ts'),
  'wl-gate': () => import('./gate/gate.ts'),
  'wl-sessions': () => import('./sessions/sessions.ts'),
  'wl-statement': () => import('./statement/statement.ts'),
} as const;
