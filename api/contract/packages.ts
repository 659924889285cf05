import { z } from 'zod';
import { patchShape } from './patch.ts';
import { currency, id, line, millisToMove } from './values.ts';

const own = {
  name: line(60),
  priceCents: z.int().min(50).max(99_999_999).describe('What it costs, in minor units of the currency.'),
  currency,
  popular: z.boolean().default(false),
  active: z.boolean().default(true).describe('Whether it can be bought.'),
};

/** So many credits for a price, as it is stored. */
export const storedPackage = z.strictObject({ id: id('pkg'), creditsMillis: millisToMove, ...own });

/** What a credit may cost, in minor units of the currency, without being asked about. */
export const CREDIT_CENTS = { min: 1, max: 1000 };

const amounts = {
  creditsMillis: millisToMove.optional().describe('What it holds: 1 credit = 1 minute of calling = 1000.'),
  credits: millisToMove
    .optional()
    .describe('The old name of `creditsMillis`. Where both are given, the one that changes something counts.'),
  priceConfirmed: z.boolean().optional().describe('Confirms a price of less than 0.01 or more than 10.00 for a credit.'),
};

/** A package as the agency writes it. */
export const packageDraft = z.strictObject({ id: id('pkg').optional(), ...own, ...amounts });

/** What is named of a package. */
export const packagePatch = z.strictObject({
  id: id('pkg').optional().describe('Left out: the active one of this name, or else a new one.'),
  ...patchShape(own),
  ...amounts,
});

/** A package as the agency reads it. */
export const packageRead = z.strictObject({ ...storedPackage.shape, credits: millisToMove.describe('The old name of `creditsMillis`.') });
