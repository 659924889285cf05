import type { AgencyStory } from '../story.ts';

/** What Harbor Night Desk tells the platform about itself: another currency, another rounding, other colors. */
export const harbor: AgencyStory = {
  name: 'Harbor Night Desk',
  slug: 'harbor',
  plan: {
    centsPer100Credits: 4500,
    currency: 'GBP',
    freeMillis: 15_000,
    rounding: { by: 'minute' },
    customAmount: { minMillis: 50_000, maxMillis: 2_000_000 },
  },
  packages: [
    { name: 'A week of nights', credits: 120_000, priceCents: 5400, currency: 'GBP' },
    { name: 'A month of nights', credits: 500_000, priceCents: 19_900, currency: 'GBP', popular: true },
    { name: 'The season', credits: 1_500_000, priceCents: 54_000, currency: 'GBP' },
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
    terms: 'Terms',
    privacy: 'Privacy',
  },
};
