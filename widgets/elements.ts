/** The elements in `wl.js`, because most pages show them first. `first-view.ts` imports them. */
export const firstElements = ['wl-signup', 'wl-buy-credits', 'wl-balance-meter'] as const;

/** Elements that fewer pages use: each is a file of its own, which arrives once the page holds its tag. */
export const lazyElements = {
  'wl-open': () => import('./elements/open/open.ts'),
  'wl-number-purchase': () => import('./elements/number-purchase/number-purchase.ts'),
  'wl-knowledge-upload': () => import('./elements/knowledge-upload/knowledge-upload.ts'),
  'wl-plans': () => import('./elements/plans/plans.ts'),
  'wl-gate': () => import('./elements/gate/gate.ts'),
  'wl-account': () => import('./elements/account/account.ts'),
  'wl-sessions': () => import('./elements/sessions/sessions.ts'),
  'wl-statement': () => import('./elements/statement/statement.ts'),
} as const satisfies Partial<Record<keyof HTMLElementTagNameMap, () => Promise<unknown>>>;

export type Tag = (typeof firstElements)[number] | keyof typeof lazyElements;

/** The tags of all elements. There is no other list: what needs one is derived from this, or a test compares it. */
export const allTags = (): Tag[] => [...firstElements, ...(Object.keys(lazyElements) as (keyof typeof lazyElements)[])];
