import { z } from 'zod';
import { cleanText, isEmail, isReadable, spellEmail } from '../rules/spelling.ts';
import type { PlainCode } from './errors/index.ts';
import type { InputValues } from './issues.ts';

/** A refusal with its own code, passed as the message and looked up in the error table. */
export const coded = (code: PlainCode) => ({ error: code });

/** The reason of `input.invalid`, if a schema knows better than zod. Also passed as the message. */
export const because = (values: InputValues) => ({ error: JSON.stringify(values) });

/** Why something differs from the request, in the form of an error. */
export const told = z.strictObject({
  code: z.string(),
  message: z.string(),
  values: z
    .record(z.string(), z.union([z.string(), z.number(), z.array(z.string()).readonly()]))
    .readonly()
    .optional()
    .describe('What the message is filled with.'),
});

/** A list of which each entry counts once, however often it is said. */
export const countOnce = <Entry extends z.ZodType<string>>(list: z.ZodArray<Entry>) => list.overwrite((entries) => [...new Set(entries)]);

/** The largest amount accepted at once, in the smallest unit. Sums may be larger, and are returned in full. */
export const AMOUNT_MAX = 1_000_000_000_000;

/** Milli-credits: 1 credit = 1 minute = 1000. May be negative for some accounts. */
export const millis = z.int().describe('Milli-credits: 1 credit = 1 minute of calling = 1000.');
export const millisToMove = z.int().min(1).max(AMOUNT_MAX).describe('Milli-credits, more than 0.');
export const cents = z.int().min(0).describe('Minor units of the currency, e.g. cents.');
export const currency = z.enum(['EUR', 'USD', 'GBP']);
export const mode = z.enum(['test', 'live']);
export const settingsVersion = z.int().min(0).describe('Of the settings: it rises with every change of one, in either mode.');
export const instant = z.iso.datetime().describe('ISO 8601, UTC.');

const unprintable = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

const isPlain = (text: string) => isReadable(text) && !unprintable.test(text);

/** Text of several lines with something visible in it, unchanged. */
export const prose = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(isReadable, because({ reason: 'text_unreadable' }));

/** One line of plain text: cleaned at its ends, no control characters, no lone surrogates, no direction overrides. */
export const line = (max: number) =>
  z
    .string()
    .overwrite(cleanText)
    .min(1)
    .max(max)
    .refine(isPlain, because({ reason: 'text_not_plain' }));

/** An id such as `cli_…`. A well-formed id of nothing is a 404, not a 422. */
export const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,60}$`), because({ reason: 'id_malformed', prefix }));

export const name = z
  .string(coded('name.invalid'))
  .overwrite(cleanText)
  .min(1, coded('name.invalid'))
  .max(80, coded('name.invalid'))
  .refine(isPlain, coded('name.invalid'));

/** An e-mail address in any spelling, in the one form that is stored. @param fault what is said of anything else */
const emailWith = (fault: { error: string }) =>
  z.string(fault).overwrite(spellEmail).max(254, fault).refine(isEmail, fault).meta({ format: 'idn-email' });
export const email = emailWith(coded('email.invalid'));
/** The same for an agency's own address. */
export const agencyEmail = emailWith(because({ reason: 'not_email' }));

/** A page's address: absolute, http or https, no credentials. The domain checks whether its origin is listed. */
export const pageUrl = z.url({ protocol: /^https?$/, error: 'return_url.refused' }).max(2000);

/** How a checkout page is shown. */
export const checkoutUi = z
  .enum(['hosted', 'embedded'])
  .default('hosted')
  .describe("Stripe's own page, or the same inside the agency's page by `checkoutSecret` and `stripeKey`.");

export const stripeKey = z
  .string()
  .nullable()
  .describe("The publishable key of the agency's Stripe account, for the embedded page. Null where none is shown.");
