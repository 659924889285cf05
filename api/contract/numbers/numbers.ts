import { z } from 'zod';
import { spellDigits } from '../../rules/spelling.ts';
import { blocked } from '../funds.ts';
import type { Operation } from '../operation.ts';
import { order, payment, paymentLimits } from '../orders.ts';
import { country, numberType } from '../plans.ts';
import { because, cents, currency, id, line, millis } from '../values.ts';
import { clientNumber, e164, foundNumber, needs, ofClient, parseDigits } from './values.ts';

export const numberOperations = {
  'numbers.offer': {
    summary: 'Which kinds of number the plan sells, at which price, and in which ways a client may connect one.',
    method: 'GET',
    callers: { client: 'numbers:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      kinds: z.array(
        z.strictObject({
          country: z.string(),
          type: z.string(),
          setupMillis: millis,
          monthlyMillis: millis,
          setupCents: cents,
          monthlyCents: cents,
          currency,
          needs,
        }),
      ),
      blocked: blocked.nullable().optional().describe('Why no number can be bought now. Null: one can.'),
      ways: z
        .array(z.enum(['buy', 'manual', 'sip', 'account']))
        .optional()
        .describe('How a number can be added now: bought, proven by a code, on a SIP trunk, out of an own account at the provider.'),
      searchable: z.boolean().describe('Whether the agency has connected the account that numbers come from.'),
      account: z.strictObject({ accountSid: z.string() }).nullable().describe("The client's own account at the provider, if connected."),
    }),
    errors: [],
  },
  'numbers.search': {
    summary: 'Numbers that can be bought now, from the agency’s inventory first, with the price of the plan.',
    method: 'GET',
    callers: { client: 'numbers:read', agency: 'agency:read' },
    // Each asks the provider, which limits calls per account.
    limits: [{ per: ['caller'], count: 60, seconds: 60 }],
    input: z.strictObject({
      country,
      type: numberType,
      areaCode: parseDigits(/^\d{2,5}$/, { reason: 'area_code_malformed' }).optional(),
      contains: z
        .string()
        .overwrite(spellDigits)
        .regex(/^(?=.{2,16}$)\*?[0-9A-Za-z]{2,}\*?$/, because({ reason: 'pattern_malformed' }))
        .optional(),
      locality: line(80).optional(),
      voice: z.enum(['true', 'false']).optional(),
      sms: z.enum(['true', 'false']).optional(),
      mms: z.enum(['true', 'false']).optional(),
    }),
    example: { country: 'US', type: 'local', areaCode: '415', voice: 'true' },
    output: z.strictObject({ numbers: z.array(foundNumber) }),
    errors: [
      'feature.locked',
      'number.none_sold',
      'number.kind_not_sold',
      'telephony.not_configured',
      'telephony.refused',
      'telephony.provider_unavailable',
    ],
  },
  'numbers.reserve': {
    summary: 'Keeps a found number for this client while it pays. Another one is told that it was just taken.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    repeatable: true,
    closable: true,
    // A client that reserves without buying keeps numbers from all others.
    limits: [{ per: ['caller'], count: 30, seconds: 900, shared: true }],
    input: z.strictObject({ number: e164, country, type: numberType }),
    example: { number: '+14155550100', country: 'US', type: 'local' },
    output: z.strictObject({ reservationId: id('rsv'), number: z.string(), expiresInSeconds: z.int(), offer: foundNumber }),
    errors: [
      'feature.locked',
      'number.none_sold',
      'number.kind_not_sold',
      'number.taken',
      'number.unavailable',
      'plan.limit',
      'reservation.too_long',
      'reservation.too_many',
      'telephony.not_configured',
      'telephony.provider_unavailable',
    ],
  },
  'numbers.buy': {
    summary: 'Buys the reserved number. What it costs is set aside first, and charged only when the number is there.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    repeatable: true,
    closable: true,
    limits: paymentLimits,
    input: z.strictObject({ reservationId: id('rsv'), label: line(60).optional(), ...payment }),
    example: { reservationId: 'rsv_example', pay: 'credits' },
    output: order,
    errors: [
      'feature.locked',
      'plan.limit',
      'number.bundle_required',
      'number.refused',
      'number.taken',
      'number.unavailable',
      'reservation.not_found',
      'credits.insufficient',
      'payments.not_configured',
      'payments.provider_unavailable',
      'return_url.refused',
      'telephony.not_configured',
    ],
  },
  'numbers.list': {
    summary: 'The numbers of the client, the newest first.',
    method: 'GET',
    callers: { client: 'numbers:read', agency: 'clients:read' },
    input: z.strictObject(ofClient),
    example: {},
    output: z.strictObject({ numbers: z.array(clientNumber) }),
    errors: ['client.not_found'],
  },
  'numbers.assign': {
    summary:
      'Says which agent takes the calls of a number; null: none. The providers are told, so that the next call rings there. A number connected by hand rings where its owner leads it.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    input: z.strictObject({ numberId: id('num'), agentId: id('agt').nullable() }),
    example: { numberId: 'num_example', agentId: null },
    output: clientNumber,
    errors: [
      'number.not_found',
      'agent.not_found',
      'number.not_connected',
      'telephony.not_configured',
      'telephony.provider_unavailable',
      'voice.not_configured',
      'voice.provider_unavailable',
    ],
  },
  'numbers.release': {
    summary: 'Gives a number back for good. Its last four digits confirm it. The second time nothing happens.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    input: z.strictObject({ numberId: id('num'), lastDigits: parseDigits(/^\d{4}$/, { reason: 'digits_malformed' }) }),
    example: { numberId: 'num_example', lastDigits: '0100' },
    output: clientNumber,
    errors: ['number.not_found', 'number.digits_wrong', 'telephony.provider_unavailable', 'voice.provider_unavailable'],
  },
} as const satisfies Record<string, Operation>;
