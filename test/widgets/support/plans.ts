import type { Output } from '../../../api/contract/index.ts';

type Plan = Output<'plans.list'>['plans'][number];

/** A plan as the contract shapes it; a test says only what it is about. */
export const plan = (given: Partial<Plan> = {}): Plan => ({
  id: 'pln_standard',
  name: 'Standard',
  summary: null,
  priceMillis: 0,
  priceCents: 0,
  currency: 'EUR',
  centsPer100Credits: 4000,
  freeMillis: 10_000,
  numbers: [{ country: 'US', type: 'local', setupMillis: 3000, monthlyMillis: 2000 }],
  knowledge: { fileMillis: 2000, textMillis: 1000, urlMillis: 1000, freeItems: 0 },
  features: ['numbers'],
  limits: { numbers: 1, sources: null, storageBytes: null },
  current: false,
  ...given,
});

export const order = (given: Partial<Output<'orders.read'>> = {}): Output<'orders.read'> => ({
  orderId: 'ord_1',
  kind: 'plan',
  name: 'Pro',
  named: null,
  state: 'done',
  priceMillis: 5000,
  priceCents: 200,
  currency: 'EUR',
  paidWith: 'credits',
  checkoutUrl: null,
  checkoutSecret: null,
  stripeKey: null,
  subjectId: 'pln_pro',
  reason: null,
  ...given,
});

export const entitlements = (given: Partial<Output<'entitlements.read'>> = {}): Output<'entitlements.read'> => ({
  planId: 'pln_standard',
  planName: 'Standard',
  features: ['numbers'],
  numbers: { used: 0, most: 1 },
  sources: { used: 0, most: null },
  storageBytes: { used: 0, most: null },
  ...given,
});
