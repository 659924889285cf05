import type { Output } from '../../../api/contract/index.ts';

type Bootstrap = Output<'bootstrap.read'>;
type Balance = Output<'credits.balance'>;

/** Answers as the contract shapes them; a test says only what it is about. */
export const balance = (given: Partial<Balance> = {}): Balance => ({
  available: 70_000,
  held: 0,
  used: 30_000,
  assigned: 100_000,
  level: 'enough',
  waiting: 0,
  seq: 3,
  ...given,
});

export const account: NonNullable<Bootstrap['account']> = {
  clientId: 'cli_1',
  memberId: 'mem_1',
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  emailVerified: true,
};

export const packages: Bootstrap['packages'] = {
  packages: [
    { id: 'pkg_1', name: 'Starter', creditsMillis: 100_000, credits: 100_000, priceCents: 900, currency: 'EUR', popular: false },
    { id: 'pkg_2', name: 'Growth', creditsMillis: 500_000, credits: 500_000, priceCents: 3990, currency: 'EUR', popular: true },
  ],
  custom: { minMillis: 10_000, maxMillis: 1_000_000, centsPer100Credits: 950, currency: 'EUR' },
  payable: true,
};

export const brand: Bootstrap['brand'] = {
  companyName: 'Northwind',
  logoUrl: null,
  primaryColor: '#3b82f6',
  accentColor: null,
  supportEmail: 'help@northwind.test',
  helpUrl: null,
  termsUrl: null,
  privacyUrl: null,
};

export const purchase = (given: Partial<Output<'purchases.read'>> = {}): Output<'purchases.read'> => ({
  purchaseId: 'pur_1',
  sessionId: 'cs_1',
  state: 'open',
  credits: 500_000,
  priceCents: 3990,
  currency: 'EUR',
  checkoutUrl: 'https://pay.test/cs_1',
  balanceAfter: null,
  ...given,
});

export const bootstrap = (given: Partial<Bootstrap> = {}): Bootstrap => ({
  mode: 'live',
  brand,
  signUp: { fields: [], passwordPolicy: 'classic' },
  freeMillis: 10_000,
  packages,
  notice: null,
  noticeCode: null,
  session: null,
  account: null,
  balance: null,
  entitlements: null,
  ...given,
});

const everything = 'balance:read credits:buy account:write numbers:read numbers:write knowledge:read knowledge:write';

/** A token that the page can read the scopes of, as the server makes them. */
export const tokenFor = (scope = everything, name = 'token'): string => `${name}.${btoa(JSON.stringify({ scope }))}.signature`;

export const signedIn = (given: Partial<Bootstrap> = {}): Bootstrap =>
  bootstrap({ session: { token: tokenFor(), expiresInSeconds: 900 }, account, balance: balance(), ...given });
