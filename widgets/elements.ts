import { lazyElements } from './lazy.ts';

/** The one list of tags, for pages that bundle the elements themselves. */
export const elements = {
  'wl-signup': () => import('./elements/sign-up/sign-up.ts'),
  'wl-buy-credits': () => import('./elements/buy-credits/buy-credits.ts'),
  'wl-balance-meter': () => import('./elements/balance-meter/balance-meter.ts'),
  ...lazyElements,
} as const;
