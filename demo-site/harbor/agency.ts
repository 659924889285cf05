import type { DemoAgencyData } from '../demo-data.ts';

const shore: DemoAgencyData['plan'] = {
  name: 'Shore',
  centsPer100Credits: 4500,
  currency: 'GBP',
  freeMillis: 15_000,
  rounding: { by: 'minute' },
  customAmount: { minMillis: 50_000, maxMillis: 2_000_000 },
  numbers: [
    { country: 'GB', type: 'mobile', setupMillis: 3_000, monthlyMillis: 9_000 },
    { country: 'US', type: 'local', setupMillis: 3_000, monthlyMillis: 7_000 },
  ],
  knowledge: { fileMillis: 3_000, textMillis: 1_000, urlMillis: 2_000, freeItems: 3 },
  features: ['numbers', 'knowledge'],
  limits: { numbers: 3, sources: 25, storageBytes: 50_000_000 },
};

/** Settings of Harbor Night Desk: another currency, rounding and colors. */
export const harbor: DemoAgencyData = {
  name: 'Harbor Night Desk',
  slug: 'harbor',
  plan: shore,
  plans: [
    {
      ...shore,
      id: 'pln_fleet',
      name: 'Fleet',
      summary: 'For houses with more than one front desk.',
      priceMillis: 150_000,
      centsPer100Credits: 4000,
      freeMillis: 0,
      knowledge: { fileMillis: 2_000, textMillis: 1_000, urlMillis: 1_000, freeItems: 20 },
      features: [...shore.features, 'reports'],
      limits: { numbers: 30, sources: 300, storageBytes: 1_000_000_000 },
    },
  ],
  packages: [
    { name: 'A week of nights', creditsMillis: 120_000, priceCents: 5400, currency: 'GBP' },
    { name: 'A month of nights', creditsMillis: 500_000, priceCents: 19_900, currency: 'GBP', popular: true },
    { name: 'The season', creditsMillis: 1_500_000, priceCents: 54_000, currency: 'GBP' },
  ],
  minutesMillis: 8_000_000,
  brandAt: (site) => ({
    companyName: 'Harbor Night Desk',
    logoUrl: `${site}/logo.svg`,
    primaryColor: '#f2b544',
    accentColor: '#7fb4ff',
    supportEmail: 'desk@harbor.example',
    helpUrl: `${site}/#nights`,
    termsUrl: `${site}/terms`,
    privacyUrl: `${site}/privacy`,
  }),
  pages: {
    home: 'Somebody is awake',
    account: 'Your account',
    'account/numbers': 'Your phone numbers',
    'account/knowledge': 'What your agent knows',
    'account/plan': 'Your plan',
    terms: 'Terms',
    privacy: 'Privacy',
  },
};
