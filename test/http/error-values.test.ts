import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import express from 'express';
import { type ErrorCode, type ErrorEntry, errors } from '../../api/contract/errors/index.ts';
import type { ErrorBody } from '../../api/contract/index.ts';
import { Refusal } from '../../api/contract/refusal.ts';
import { fillTemplate, namesIn, type SentenceValue, type SentenceValues, type ValueKind } from '../../api/contract/template.ts';
import { answerError } from '../../api/http/errors.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

/** A value of each kind, and how it reads in English. */
const samples: Record<Exclude<ValueKind, object>, { value: SentenceValue; reads: string }> = {
  text: { value: 'Gold', reads: 'Gold' },
  list: { value: ['one', 'two'], reads: 'one, two' },
  number: { value: 12_345, reads: '12345' },
  count: { value: 12_345, reads: '12,345' },
  credits: { value: 12_345, reads: '12,345' },
  bytes: { value: 12_345, reads: '12,345' },
  seconds: { value: 12_345, reads: '12,345' },
  minutes: { value: 12_345, reads: '12,345' },
  millis: { value: 1_234_500, reads: '1,234.5' },
  cents: { value: 1_234_500, reads: '€12,345.00' },
  day: { value: '2026-01-31', reads: '2026-01-31' },
};

const kindsOf = (code: ErrorCode): Readonly<Record<string, ValueKind>> => (errors[code] as ErrorEntry).values ?? {};

/** Every way to fill a template: each word of each choice once, with what that one needs. */
function fillings(kinds: Readonly<Record<string, ValueKind>>, text: string): Record<string, SentenceValue>[] {
  return namesIn(text).reduce<Record<string, SentenceValue>[]>(
    (all, name) => {
      const kind = kinds[name];
      assert.ok(kind, `{${name}} has no value`);
      const own =
        typeof kind === 'object'
          ? Object.entries(kind).flatMap(([word, words]) => fillings(kinds, words).map((values) => ({ ...values, [name]: word })))
          : [{ [name]: samples[kind].value, ...(kind === 'cents' && { currency: 'EUR' }) }];
      return all.flatMap((values) => own.map((more) => ({ ...values, ...more })));
    },
    [{}],
  );
}

const codes = Object.keys(errors) as ErrorCode[];
const filled = codes.flatMap((code) => fillings(kindsOf(code), errors[code].message).map((values) => ({ code, values })));
const refusalOf = ({ code, values }: { code: ErrorCode; values: SentenceValues }) =>
  new Refusal(...([code, Object.keys(values).length > 0 ? { values } : {}] as unknown as ConstructorParameters<typeof Refusal>));

test('errors T14: every sentence is made from the values of its code, and from nothing else', () => {
  for (const { code, values } of filled) {
    const { message } = refusalOf({ code, values });
    assert.doesNotMatch(message, /[{}]|undefined|null|NaN/, code);
    for (const [name, value] of Object.entries(values)) {
      const kind = kindsOf(code)[name];
      if (name === 'currency' || typeof kind === 'object') continue;
      assert.ok(kind && message.includes(samples[kind].reads), `${code}: ${name} ${value} is not in "${message}"`);
    }
    const other = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value + 1 : value]));
    assert.equal(
      message === refusalOf({ code, values: other }).message,
      !Object.values(values).some((value) => typeof value === 'number'),
      code,
    );
  }
});

test('errors T14: every value of a code is in one of its sentences', () => {
  for (const code of codes) {
    const used = new Set(filled.filter((one) => one.code === code).flatMap(({ values }) => Object.keys(values)));
    assert.deepEqual([...used].filter((name) => name !== 'currency').sort(), Object.keys(kindsOf(code)).sort(), code);
  }
});

test('errors T14: what somebody else wrote is in few sentences, and never a key or an id of ours', () => {
  const texts = codes.flatMap((code) =>
    Object.entries(kindsOf(code)).flatMap(([name, kind]) => (kind === 'text' || kind === 'list' ? [`${code} ${name}`] : [])),
  );
  assert.deepEqual(texts.sort(), [
    'agency.unavailable text', // the agency's own notice
    'input.invalid allowed',
    'input.invalid id', // as the caller sent it
    'input.invalid kind', // a country and a type of number, as the contract lists them
    'input.invalid name', // of a field
    'input.invalid prefix', // of an id that the caller has to send
    'operation.wrong_method method',
    'payments.amount_mismatch name', // of a package
    'payments.currency_mismatch expected',
    'payments.currency_mismatch found',
    'payments.key_rights rights', // by their names at Stripe
    'payments.mode_mismatch mode',
    'permission.missing permission', // by its name in the contract
    'plan.currency_mixed name',
    'portal.incomplete fields',
    'settings.changed settings', // their paths
    'settings.live_key_needed field',
  ]);
});

test('errors T14: every value is on the wire as it is, beside the sentence', async (t) => {
  const app = express();
  app.get('/:index', (req) => {
    throw refusalOf(filled[Number(req.params.index)] ?? assert.fail());
  });
  app.use(answerError);
  const server = app.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [index, { code, values }] of filled.entries()) {
    const { error } = (await (await fetch(`${url}/${index}`)).json()) as ErrorBody;
    assert.equal(error.code, code);
    assert.equal(error.message, refusalOf({ code, values }).message);
    assert.deepEqual(error.values ?? {}, values, code);
  }
});

test('errors T14: numbers bring the words of their form, and a language may replace a number by words', () => {
  const read = (message: string, language: string) => (most: number) =>
    fillTemplate({ message, values: { most: 'count' } }, { most }, language);
  const english = read('You have {most numbers|one: number|=0:no numbers}.', 'en');
  assert.deepEqual([0, 1, 2, 1000].map(english), [
    'You have no numbers.',
    'You have 1 number.',
    'You have 2 numbers.',
    'You have 1,000 numbers.',
  ]);
  assert.equal(read('{most numbers|one: number}', 'en')(0), '0 numbers');
  assert.deepEqual([0, 1, 2].map(read('{most Nummern|one: Nummer|=0:keine Nummer}', 'de')), ['keine Nummer', '1 Nummer', '2 Nummern']);
  assert.deepEqual([0, 1, 2].map(read('{most numéros|one: numéro}', 'fr')), ['0 numéro', '1 numéro', '2 numéros']);
  for (const [limit, words] of [
    ['numbers', 'no numbers'],
    ['sources', 'no sources'],
  ] as const) {
    const { message } = refusalOf({ code: 'plan.limit', values: { limit, most: 0 } });
    assert.equal(message, `Your plan allows ${words}. Choose a larger plan for more.`);
  }
});

test('agency.update T14: each field at fault says why by a reason and its values', async () => {
  const { createAgency, url } = await startApi();
  const agency = await createAgency({ stripe: false });
  const body = { plan: { currency: 'CHF', centsPer100Credits: -1 }, nmae: 'x' };
  const reply = await call<ErrorBody>(`${url}/v1/agency.update`, { key: agency.keys.live.secret, body });
  const { error } = reply.body;
  assert.deepEqual(error.values, error.fields?.[0]?.values);
  assert.deepEqual(
    error.fields?.map(({ param, code, values }) => ({ param, code, values })),
    [
      { param: 'plan.centsPer100Credits', code: 'input.invalid', values: { reason: 'too_small', min: 0 } },
      { param: 'plan.currency', code: 'input.invalid', values: { reason: 'not_one_of', allowed: ['EUR', 'USD', 'GBP'] } },
      { param: 'nmae', code: 'input.invalid', values: { reason: 'unknown_field' } },
    ],
  );
});
