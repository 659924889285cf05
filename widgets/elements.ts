import { lazyElements } from './lazy.ts';

/** The one list of tags, for pages that bundle the elements themselves. */
export const elements = {
  'wl-signup': () => import('./sign-up/sign-up.ts'),
  'wl-buy-credits': () => import('./buy-credits/buy-credits.ts'),
  'wl-balance-meter': () => import('./balance-meter/balance-meter.ts'),
  ...lazyElements,
} as const;
