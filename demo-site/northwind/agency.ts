import type { DemoAgencyData } from '../demo-data.ts';

const standard: DemoAgencyData['plan'] = {
  name: 'Standard',
  centsPer100Credits: 3900,
  currency: 'EUR',
  freeMillis: 10_000,
  rounding: { by: 'second' },
  customAmount: { minMillis: 20_000, maxMillis: 5_000_000 },
  numbers: [
    { country: 'US', type: 'local', setupMillis: 2_000, monthlyMillis: 5_000 },
    { country: 'US', type: 'toll_free', setupMillis: 2_000, monthlyMillis: 8_000 },
    { country: 'GB', type: 'mobile', setupMillis: 5_000, monthlyMillis: 6_000 },
    { country: 'DE', type: 'local', setupMillis: 5_000, monthlyMillis: 5_000 },
  ],
  knowledge: { fileMillis: 2_000, textMillis: 500, urlMillis: 1_000, freeItems: 0 },
  features: ['numbers', 'knowledge'],
  limits: { numbers: 5, sources: 40, storageBytes: 100_000_000 },
};

/** Settings of Northwind Voice. */
export const northwind: DemoAgencyData = {
  name: 'Northwind Voice',
  slug: 'northwind',
  plan: standard,
  plans: [
    {
      ...standard,
      id: 'pln_professional',
      name: 'Professional',
      summary: 'Reports on every call, and room for several offices.',
      priceMillis: 100_000,
      centsPer100Credits: 3500,
      freeMillis: 0,
      knowledge: { fileMillis: 1_000, textMillis: 500, urlMillis: 500, freeItems: 10 },
      features: [...standard.features, 'reports'],
      limits: { numbers: 50, sources: 500, storageBytes: 2_000_000_000 },
    },
  ],
  packages: [
    { name: 'Breeze', creditsMillis: 100_000, priceCents: 3900, currency: 'EUR' },
    { name: 'Steady', creditsMillis: 300_000, priceCents: 9900, currency: 'EUR', popular: true },
    { name: 'Gale', creditsMillis: 1_000_000, priceCents: 29_000, currency: 'EUR' },
  ],
  minutesMillis: 5_000_000,
  brandAt: (site) => ({
    companyName: 'Northwind Voice',
    logoUrl: `${site}/logo.svg`,
    primaryColor: '#0c5b50',
    accentColor: '#e8590c',
    supportEmail: 'hello@northwind.example',
    helpUrl: `${site}/#questions`,
    termsUrl: `${site}/terms`,
    privacyUrl: `${site}/privacy`,
  }),
  pages: {
    home: 'Phone agents that pick up',
    pricing: 'Pricing',
    account: 'Your account',
    'account/numbers': 'Your phone numbers',
    'account/knowledge': 'What your agent knows',
    'account/reports': 'Reports',
    'account/plan': 'Your plan',
    'account/profile': 'Your profile',
    terms: 'Terms',
    privacy: 'Privacy',
  },
};

/** The same agency with its widgets switched off. */
export const closedNorthwind: DemoAgencyData = {
  ...northwind,
  slug: 'northwind-closed',
  portal: { active: false, notice: 'We are moving to new phones and are back on Monday at nine.' },
};
