import assert from 'node:assert/strict';
import test from 'node:test';
import { isPlainCode } from '../../api/contract/errors/index.ts';
import { inputErrors } from '../../api/contract/errors/input.ts';
import { contract, type ErrorBody, type OperationName } from '../../api/contract/index.ts';
import { EnvError, readEnv } from '../../api/env.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

const { createAgency, url } = await startApi();
const agency = await createAgency({ stripe: false });

/** Returns the refusal of an input: each wrong field with its sentence, and the first field. */
async function told(name: OperationName, input: unknown): Promise<{ param: string | undefined; said: [param: string, message: string][] }> {
  const { status, body } = await call<ErrorBody>(`${url}/v1/${name}`, { key: agency.keys.live.secret, body: input });
  const { param, message, fields = [] } = body.error;
  assert.equal(status, 422, JSON.stringify(body));
  return { param, said: fields.length > 0 ? fields.map((one) => [one.param, one.message]) : [[param ?? '', message]] };
}

const profile = { firstName: 'Kim', lastName: 'Lee', email: 'kim@example.com' };
const cases: [name: OperationName, input: unknown, param: string | undefined, message: string][] = [
  ['agency.update', { plan: { centsPer100Credits: -1 } }, 'plan.centsPer100Credits', 'This field must be at least 0.'],
  ['agency.update', { plan: { centsPer100Credits: 1.5 } }, 'plan.centsPer100Credits', 'This field must be a whole number.'],
  ['agency.update', { plan: { centsPer100Credits: '1' } }, 'plan.centsPer100Credits', 'This field must be a number.'],
  ['agency.update', { plan: { currency: 'CHF' } }, 'plan.currency', 'This field must be one of: EUR, USD, GBP.'],
  ['agency.update', { plan: { rounding: { by: 'hour' } } }, 'plan.rounding.by', 'This field must be one of: second, minute, increment.'],
  ['agency.update', { plan: { rounding: {} } }, 'plan.rounding.by', 'This field is needed.'],
  ['agency.update', { name: 7 }, 'name', 'This field must be a text.'],
  ['agency.update', { name: '' }, 'name', 'This field must not be empty.'],
  ['agency.update', { origins: 'https://one.test' }, 'origins', 'This field must be a list.'],
  ['agency.update', { meter: [] }, 'meter', 'This field must be an object.'],
  ['agency.update', { version: -1 }, 'version', 'This field must be at least 0.'],
  ['agency.update', [], undefined, 'The body must be an object.'],
  ['agency.publish', { version: 0, settings: [] }, 'settings', 'This field must not be empty.'],
  ['credits.allocate', { clientId: 'cli_x', amountMillis: 1000, description: '' }, 'description', 'This field must not be empty.'],
  ['sessions.mint', {}, 'clientId', 'Give either clientId or externalId.'],
  ['sessions.mint', { externalId: 'x', profile: { ...profile, firstName: '' } }, 'profile.firstName', ''],
];

for (const [name, input, param, message] of cases) {
  test(`${name} T12: ${JSON.stringify(input).slice(0, 80)} is refused once, by its name, in a plain sentence`, async () => {
    const reply = await told(name, input);
    assert.equal(reply.param, param);
    assert.equal(reply.said.length, 1, JSON.stringify(reply.said));
    if (message !== '') assert.deepEqual(reply.said, [[param ?? '', message]]);
  });
}

/** The words of its own that a schema, or anything inside it, has for what is wrong. */
function ownWords(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  const { error, _zod, ...inner } = value as { error?: unknown; _zod?: { def: unknown } };
  const words = typeof error === 'function' ? [String(error({ code: 'custom', input: undefined, path: [] }))] : [];
  const below = _zod ? [_zod.def] : value instanceof RegExp ? [] : Object.values(inner);
  return [...words, ...below.flatMap((one) => ownWords(one, seen))];
}

test('the inputs T12: a schema gives a code or a reason that becomes a sentence; a plain text is a 500', () => {
  const words = Object.values(contract).flatMap(({ input }) => ownWords(input));
  assert.ok(words.length > 50, `${words.length}`);
  for (const word of new Set(words)) {
    if (isPlainCode(word)) continue;
    const { reason } = JSON.parse(word) as { reason: string };
    assert.ok(Object.hasOwn(inputErrors['input.invalid'].values.reason, reason), word);
  }
});

const mistakes: [env: Record<string, string>, sentence: string][] = [
  [{ PORT: 'http' }, 'PORT: must be a number.'],
  [{ PORT: '1.5' }, 'PORT: must be a whole number.'],
  [{ PORT: '70000' }, 'PORT: must be at most 65535.'],
  [{ MONGODB_URI: 'localhost:27017' }, 'MONGODB_URI: must begin with mongodb:// or mongodb+srv://.'],
  [{ SMTP_URL: 'http://x' }, 'SMTP_URL: must begin with smtp:// or smtps://.'],
  [{ PUBLIC_URL: 'ftp://x' }, 'PUBLIC_URL: must begin with http:// or https://.'],
  ...['https://x.example?x=1', 'https://x.example/#a', 'https://u:p@x.example', 'https://x.example//'].map(
    (PUBLIC_URL): [Record<string, string>, string] => [
      { PUBLIC_URL },
      'PUBLIC_URL: must be a host and at most a path, such as https://api.example, without a user name, a ? or a #.',
    ],
  ),
  [{ SMTP_URL: 'smtp://a:99999' }, 'SMTP_URL: must begin with smtp:// or smtps://.'],
  [{ SMTP_URL: 'smtp://' }, 'SMTP_URL: must name a host, such as smtp://mail.example.'],
  [{ STRIPE_API_URL: 'x' }, 'STRIPE_API_URL: must be a whole address, such as https://www.example.com.'],
  [{ MAIL_FROM_DOMAIN: '_' }, 'MAIL_FROM_DOMAIN: must be the name of a host, such as api.example.'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of: trace, debug, info, warn, error, silent.'],
  ...['PORT', 'HOST', 'TRUST_PROXY', 'LIVERY_LIMIT_FACTOR', 'DATA_DIR', 'LIVERY_KEYS'].map((name): [Record<string, string>, string] => [
    { [name]: ' \t' },
    `${name}: must not be only blanks.`,
  ]),
  [{ LIVERY_SANDBOX: 'yes' }, 'LIVERY_SANDBOX: must be one of: 0, 1.'],
];

for (const [env, sentence] of mistakes) {
  test(`the environment F35: ${Object.entries(env).join().replace(',', '=')} is refused in a plain sentence`, () => {
    assert.throws(() => readEnv(env), new EnvError([sentence]));
  });
}
