/** The currencies that a wallet may have. All three have two decimals. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];
