import type { Input } from '../../api/contract/index.ts';

type Plan = Input<'agencies.create'>['plan'];

export const numberKind = { country: 'US', type: 'local' } as const;

/** 100 credits for 40.00, and 10 free ones for a confirmed e-mail. */
export const plan: Plan = {
  centsPer100Credits: 4000,
  currency: 'EUR',
  freeMillis: 10_000,
  freeGrantsPerDay: 100_000,
  numbers: [{ ...numberKind, setupMillis: 3000, monthlyMillis: 2000 }],
  knowledge: { fileMillis: 2000, textMillis: 1000, urlMillis: 3000, freeItems: 0, returnsFreeItems: false },
};

/** In the second plan, free credits buy everything. */
export const plans: NonNullable<Input<'agency.update'>['plans']> = [
  { ...plan, name: 'Large', priceMillis: 7000 },
  { ...plan, name: 'Free for all', priceMillis: 4000, freeCreditsBuy: 'everything' },
];

export const creditPackage = { name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' } as const;
