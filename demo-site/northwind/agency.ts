import type { AgencyStory } from '../story.ts';

/** What Northwind Voice tells the platform about itself. */
export const northwind: AgencyStory = {
  name: 'Northwind Voice',
  slug: 'northwind',
  plan: {
    centsPer100Credits: 3900,
    currency: 'EUR',
    freeMillis: 10_000,
    rounding: { by: 'second' },
    customAmount: { minMillis: 20_000, maxMillis: 5_000_000 },
  },
  packages: [
    { name: 'Breeze', credits: 100_000, priceCents: 3900, currency: 'EUR' },
    { name: 'Steady', credits: 300_000, priceCents: 9900, currency: 'EUR', popular: true },
    { name: 'Gale', credits: 1_000_000, priceCents: 29_000, currency: 'EUR' },
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
    terms: 'Terms',
    privacy: 'Privacy',
  },
};

/** The same agency, had it switched its widgets off. */
export const closedNorthwind: AgencyStory = {
  ...northwind,
  slug: 'northwind-closed',
  portal: { active: false, notice: 'We are moving to new phones and are back on Monday at nine.' },
};
