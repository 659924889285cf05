/** Elements that few pages use: each arrives once the page holds its tag. */
export const lazyElements = {
  'wl-open': () => import('./open/open.ts'),
} as const;
