/** Elements that few pages use: each arrives once the page holds its tag. */
export const lazyElements = {
  'wl-open': () => import('./elements/open/open.ts'),
  'wl-number-purchase': () => import('./elements/number-purchase/number-purchase.ts'),
  'wl-knowledge-upload': () => import('./elements/knowledge-upload/knowledge-upload.ts'),
  'wl-plans': () => import('./elements/plans/plans.ts'),
  'wl-gate': () => import('./elements/gate/gate.ts'),
  'wl-sessions': () => import('./elements/sessions/sessions.ts'),
  'wl-statement': () => import('./elements/statement/statement.ts'),
} as const;
