import { z } from 'zod';
import { cleanText, spellDigits, spellPhone } from '../../rules/spelling.ts';
import type { InputValues } from '../issues.ts';
import { type NeedCode, needStates } from '../sentences.ts';
import { because, cents, currency, id, instant, millis } from '../values.ts';

/** E.164, such as +4930123456, from any spelling with the country. */
export const e164 = z
  .string()
  .overwrite(spellPhone)
  .regex(/^\+[1-9]\d{6,14}$/, because({ reason: 'number_malformed' }));

/** Digits as people write them, with signs between them or in the digits of their script. */
export const parseDigits = (form: RegExp, fault: InputValues) => z.string().overwrite(spellDigits).regex(form, because(fault));

/** The same number for people. */
export const display = z.string().describe('The number in groups, as people read it: +44 7700 900123.');

export const capabilities = z.strictObject({ voice: z.boolean(), sms: z.boolean(), mms: z.boolean() });

/**
 * How a number came to its client: bought through the agency · taken from the agency's inventory · connected by hand · a SIP trunk · imported
 * from the client's own account at the provider.
 */
const numberWay = z.enum(['bought', 'inventory', 'manual', 'sip', 'account']);

/**
 * pending_verification: the client has yet to prove that it is its number · active · past_due: the rent could not be paid, and the number is
 * kept for a while · released: it is gone.
 */
const numberState = z.enum(['pending_verification', 'active', 'past_due', 'released']);

const secret = z.strictObject({ set: z.boolean(), last4: z.string().nullable() });
export const transport = z.enum(['udp', 'tcp', 'tls']);

export const trunk = z.strictObject({
  terminationUri: z.string(),
  username: z.string().nullable(),
  password: secret,
  transport,
});

export const clientNumber = z.strictObject({
  id: id('num'),
  number: z.string(),
  display,
  country: z.string(),
  type: z.string(),
  label: z.string().nullable(),
  way: numberWay,
  state: numberState,
  capabilities,
  callerId: z.boolean().describe('Whether calls may show it as where they come from. A number of a trunk is tried first.'),
  monthlyMillis: millis.describe('Its rent, as it was sold.'),
  paidUntil: instant.nullable().describe('When the next rent is due; null where there is none.'),
  overdueMillis: millis.describe(
    'What has to be paid so that it is not released: its rent, or what it cost where there is none and the money went back; 0 unless it is past due.',
  ),
  graceUntil: instant.nullable().describe('When it is released unless the rent is paid; null unless it is past due.'),
  trunk: trunk.nullable(),
  agentId: z.string().nullable(),
  answeredBy: z
    .enum(['agent', 'soon', 'nobody', 'elsewhere'])
    .describe(
      'Who takes its calls. `agent`: the one of `agentId`. `soon`: the providers are still being told of it. `nobody`: none is chosen yet. ' +
        '`elsewhere`: they go where its owner leads them, or it was assigned before calls were led; assign it again then.',
    ),
  /** Only for the agency; absent for clients. */
  providerCost: z.strictObject({ monthlyCents: cents, currency: z.string() }).nullable().optional(),
});

export const needs = z.strictObject({
  kind: z.enum(['none', 'address', 'bundle']),
  state: z.enum(['met', 'missing', 'in_review', 'rejected']),
  code: z.enum(Object.keys(needStates) as NeedCode[]).describe('What the law of the country asks for.'),
  message: z.string().describe('The same in a sentence.'),
});

export const foundNumber = z.strictObject({
  number: z.string(),
  display,
  country: z.string(),
  type: z.string(),
  locality: z.string().nullable(),
  region: z.string().nullable(),
  capabilities,
  setupMillis: millis,
  monthlyMillis: millis,
  setupCents: cents,
  monthlyCents: cents,
  currency,
  needs,
  taken: z.boolean().describe('Another client is about to buy it.'),
  providerCost: z.strictObject({ monthlyCents: cents, currency: z.string() }).nullable().optional(),
});

export const numberOf = z.strictObject({ numberId: id('num') });
export const ofClient = {
  clientId: id('cli').optional().describe("The agency's server names the client; a session token is about its own."),
};

const accountSid = z
  .string()
  .overwrite(cleanText)
  .regex(/^AC[0-9a-f]{32}$/i, because({ reason: 'account_sid_malformed' }));
const authToken = z
  .string()
  .overwrite(cleanText)
  .min(16, because({ reason: 'auth_token_short' }))
  .max(100);
export const telephonyAccount = z.strictObject({ accountSid, authToken });
