import { z } from 'zod';
import { fundKinds } from '../rules/funds.ts';
import { millis, told } from './values.ts';

/** The reason why something cannot be bought now. */
export const blocked = z.strictObject({
  ...told.shape,
  forAgency: z.string().nullable().describe('In test mode: what the agency does about it. Null in live mode.'),
});

/** The credits that a client can pay for one kind of thing. */
export const funds = z.strictObject({
  kind: z.enum(fundKinds),
  spendableMillis: millis.describe('What may be spent on it now.'),
  callsOnlyMillis: millis.describe('What is there as well, but free and for calls only.'),
  missingMillis: millis.describe('What is missing to its price; 0 where there is enough, or where no price was asked about.'),
});

/** The same, and whether such a thing can be had at all. */
export const fundsToBuy = funds.extend({
  blocked: blocked.nullable().describe('Why it cannot be bought now, whatever there is. Null: it can.'),
});
