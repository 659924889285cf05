import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { patchShape } from '../patch.ts';
import { currency, id, line, millisToMove, settingsVersion } from '../values.ts';

const own = {
  name: line(60),
  priceCents: z.int().min(50).max(99_999_999).describe('What it costs, in minor units of the currency.'),
  currency,
  popular: z
    .boolean()
    .default(false)
    .describe('Shown with a badge, and chosen at first. Only one is: it takes the badge from the one that had it.'),
  active: z.boolean().default(true).describe('Whether it can be bought.'),
};

/** Credits for a price, as stored. */
export const storedPackage = z.strictObject({ id: id('pkg'), creditsMillis: millisToMove, ...own });

/** The price of a credit that needs no confirmation, in minor units of the currency. */
export const CREDIT_CENTS = { min: 1, max: 1000 };

/** How many times the first plan's price of a credit a package's needs no confirmation, and its inverse. */
export const PLAN_PRICE_TIMES = 5;

const priceConfirmed = z
  .boolean()
  .optional()
  .describe(
    'Confirms a price for a credit of less than 0.01 or more than 10.00, or of more than 5 times or less than a fifth of what it costs in the first plan.',
  );
const creditsMillis = millisToMove.describe('What it holds: 1 credit = 1 minute of calling = 1000.');

const amounts = {
  creditsMillis: creditsMillis.optional(),
  credits: millisToMove
    .optional()
    .describe('The old name of `creditsMillis`. Where both are given, the one that changes something counts.'),
  priceConfirmed,
};

/** A package as the agency writes it. */
export const packageDraft = z.strictObject({ id: id('pkg').optional(), ...own, ...amounts });

/** The named fields of a package. */
export const packagePatch = z.strictObject({
  id: id('pkg').optional().describe('Left out: the active one of this name, or else a new one.'),
  ...patchShape(own),
  ...amounts,
});

/** A package as the agency reads it. */
export const packageRead = z.strictObject({ ...storedPackage.shape, credits: millisToMove.describe('The old name of `creditsMillis`.') });

const changed = z.strictObject({ package: packageRead, version: settingsVersion });
const problems = [
  'package.currency_mixed',
  'package.price_unusual',
  'package.too_many',
  'payments.amount_mismatch',
  'payments.provider_unavailable',
  'settings.changed',
] as const;

export const packageOperations = {
  'packages.create': {
    summary: 'Makes a package, in the mode of the key.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    repeatable: true,
    input: z.strictObject({ ...own, creditsMillis, priceConfirmed }),
    example: { name: '250 credits', creditsMillis: 250_000, priceCents: 9500, currency: 'EUR' },
    output: changed,
    errors: problems,
  },
  'packages.update': {
    summary:
      'Changes what is named of a package, in the mode of the key. The price of the one that the Stripe price sells is changed by `agency.update`, together with `stripe.priceId`.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({ packageId: id('pkg'), ...patchShape({ ...own, creditsMillis }), priceConfirmed }),
    example: { packageId: 'pkg_example', popular: true },
    output: changed,
    errors: ['package.not_found', ...problems],
  },
  'packages.retire': {
    summary:
      'Takes a package off the offer, in the mode of the key. What is being paid for is still delivered; `packages.update` with `active` puts it back.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({ packageId: id('pkg') }),
    example: { packageId: 'pkg_example' },
    output: changed,
    errors: ['package.not_found', ...problems],
  },
  'packages.reorder': {
    summary: 'Says in which order packages are shown, in the mode of the key.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({
      packageIds: z.array(id('pkg')).min(1).max(100).describe('Those that are not named stand behind, as they stood.'),
    }),
    example: { packageIds: ['pkg_example'] },
    output: z.strictObject({ packageIds: z.array(id('pkg')), version: settingsVersion }),
    errors: ['package.not_found', 'settings.changed'],
  },
} as const satisfies Record<string, Operation>;
