import { z } from 'zod';
import { cleanText } from '../../rules/spelling.ts';
import type { Operation } from '../operation.ts';
import { id, line, told } from '../values.ts';
import { capabilities, clientNumber, display, e164, numberOf, parseDigits, telephonyAccount, transport } from './values.ts';

/** Reasons why a code does not reach a number. */
const codeErrors = [
  'number.code_not_sent',
  'number.country_closed',
  'number.no_texts',
  'number.opted_out',
  'number.unreachable',
  'telephony.not_configured',
  'telephony.provider_unavailable',
] as const;

export const numberConnectOperations = {
  'numbers.connect': {
    summary: 'Adds a number that the client has elsewhere, and sends a code to it that proves so.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    repeatable: true,
    closable: true,
    limits: [
      { per: ['caller'], count: 10, seconds: 3600, shared: true },
      { per: ['caller', 'field:number'], count: 5, seconds: 3600, shared: true },
    ],
    input: z.strictObject({ number: e164, channel: z.enum(['call', 'sms']).default('call'), label: line(60).optional() }),
    example: { number: '+4930123456', channel: 'sms' },
    output: clientNumber,
    errors: ['feature.locked', 'plan.limit', 'number.invalid', 'number.costly', 'number.connected', ...codeErrors],
  },
  'numbers.sendCode': {
    summary: 'Sends another code to a number that is not verified yet.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    closable: true,
    limits: [
      { per: ['caller'], count: 5, seconds: 600, shared: true },
      { per: ['caller', 'field:numberId'], count: 5, seconds: 3600, shared: true },
    ],
    input: z.strictObject({ numberId: id('num'), channel: z.enum(['call', 'sms']).default('call') }),
    example: { numberId: 'num_example', channel: 'sms' },
    output: z.strictObject({ sent: z.boolean(), expiresInSeconds: z.int() }),
    errors: ['number.not_found', 'number.verified', 'number.locked', 'number.invalid', ...codeErrors],
  },
  'numbers.verify': {
    summary: 'Proves by the code that the number is the client’s. After five wrong codes nothing is accepted for 15 minutes.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    input: z.strictObject({ numberId: id('num'), code: parseDigits(/^\d{6}$/, { reason: 'code_malformed' }) }),
    example: { numberId: 'num_example', code: '123456' },
    output: clientNumber,
    errors: ['number.not_found', 'number.verified', 'number.code_wrong', 'number.code_expired', 'number.locked'],
  },
  'numbers.connectTrunk': {
    summary: 'Adds a number that comes over a SIP trunk of the client. The password goes in and never comes out.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    repeatable: true,
    closable: true,
    input: z.strictObject({
      number: e164,
      terminationUri: z.string().overwrite(cleanText).min(1).max(255),
      username: z.string().overwrite(cleanText).min(1).max(100).optional(),
      password: z.string().min(1).max(200).optional(),
      transport: transport.default('tcp'),
      label: line(60).optional(),
    }),
    example: { number: '+4930123457', terminationUri: 'sip.example.com', transport: 'tcp' },
    output: clientNumber,
    errors: ['feature.locked', 'plan.limit', 'number.invalid', 'number.connected', 'trunk.uri_invalid'],
  },
  'numbers.testTrunk': {
    summary:
      'Asks the trunk whether it is there and lets us in, and rings through it once. A number that rang so may be caller id; one client of an agency has it then.',
    method: 'POST',
    callers: { client: 'numbers:write' },
    limits: [{ per: ['caller'], count: 20, seconds: 600, shared: true }],
    input: numberOf,
    example: { numberId: 'num_example' },
    output: z.strictObject({
      result: z.enum(['ok', 'unauthorized', 'timeout', 'unreachable', 'refused']),
      status: z.int().nullable().describe('What the trunk answered; null where it did not.'),
      message: z.string(),
    }),
    errors: ['number.not_found', 'number.connected', 'trunk.missing'],
  },
  'numbers.connectAccount': {
    summary: "Connects the client's own account at the provider and lists the numbers in it. The token goes in and never comes out.",
    method: 'POST',
    callers: { client: 'numbers:write' },
    closable: true,
    limits: [{ per: ['caller'], count: 10, seconds: 600, shared: true }],
    input: telephonyAccount,
    example: { accountSid: 'AC00000000000000000000000000000000', authToken: 'an-auth-token-of-the-client' },
    output: z.strictObject({
      accountSid: z.string(),
      warning: told.nullable().describe('What the account cannot do, such as while it is a trial.'),
      numbers: z.array(
        z.strictObject({
          number: z.string(),
          display,
          label: z.string().nullable(),
          country: z.string(),
          capabilities,
          imported: z.boolean(),
        }),
      ),
    }),
    errors: ['feature.locked', 'account.invalid_credentials', 'account.inactive', 'account.unpaid', 'telephony.provider_unavailable'],
  },
  'numbers.import': {
    summary: "Adds numbers of the client's own connected account.",
    method: 'POST',
    callers: { client: 'numbers:write' },
    repeatable: true,
    closable: true,
    input: z.strictObject({ numbers: z.array(e164).min(1).max(100) }),
    example: { numbers: ['+14155550111'] },
    output: z.strictObject({ numbers: z.array(clientNumber) }),
    errors: [
      'feature.locked',
      'plan.limit',
      'account.missing',
      'account.number_missing',
      'number.connected',
      'telephony.provider_unavailable',
    ],
  },
  'numbers.disconnectAccount': {
    summary: "Forgets the client's own account and its token; imported numbers go with it.",
    method: 'POST',
    callers: { client: 'numbers:write' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ removed: z.int().min(0) }),
    errors: ['account.missing', 'telephony.provider_unavailable', 'voice.provider_unavailable'],
  },
} as const satisfies Record<string, Operation>;
