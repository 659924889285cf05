import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Input } from '../../../../api/contract/index.ts';
import { Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { runs } from '../../../support/runs.ts';
import { valueIn } from './fields.ts';

const api = await startApi();
const second = await api.beside();

/** One agency served by two processes, each with its own memory. */
async function openTwice(settings: Parameters<typeof api.createAgency>[0] = {}): Promise<[Agency, Agency]> {
  const agency = await api.createAgency({ stripe: false, ...settings });
  return [agency, new Agency({ ...agency, url: second })];
}

test('agency.update SX7: saves of two processes in sequence keep both changes', async () => {
  const [one, other] = await openTwice();
  for (const each of [one, other]) await each.call('agency.update', {});
  await one.call('agency.update', { plan: { freeMillis: 1234 }, origins: ['https://one.test'] });
  await other.call('agency.update', { plan: { knowledge: { fileMillis: 5 } }, meter: { lowPermille: 400 } });
  const { plan, origins, meter } = await one.call('agency.read', {});
  assert.deepEqual(
    { free: plan.freeMillis, file: plan.knowledge.fileMillis, origins, low: meter.lowPermille },
    { free: 1234, file: 5, origins: ['https://one.test'], low: 400 },
  );
  assert.deepEqual((await other.call('agency.read', {})).plan, plan, 'either process tells what is stored');
});

test('agency.update SX7: a plan and packages saved at once never end in two currencies', async () => {
  const [one, other] = await openTwice({ plan: { centsPer100Credits: 4000, currency: 'EUR' }, packages: [] });
  for (let round = 0; round < 5; round += 1) {
    const replies = await Promise.all([
      one.try('agency.update', { plan: { currency: 'GBP' } }),
      other.try('agency.update', { packages: [{ name: `Round ${round}`, creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' }] }),
    ]);
    const { plan, packages } = await one.call('agency.read', {});
    const currencies = new Set([plan.currency, ...packages.filter(({ active }) => active).map(({ currency }) => currency)]);
    assert.equal(currencies.size, 1, JSON.stringify(replies.map(({ body }) => body)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 422]);
    await one.call('agency.update', { plan: { currency: 'EUR' }, packages: [] });
  }
});

test('agency.update G23 SX7: an outdated version is a 409 that lists the changes since, and changes nothing', async () => {
  const [one, other] = await openTwice();
  const { version } = await one.call('agency.read', {});
  await other.call('agency.update', { origins: ['https://one.test'], meter: { lowPermille: 400 } });
  await other.live.call('agency.update', { signUp: { fields: ['phone'] } });
  const before = await one.call('agency.read', {});
  const reply = await one.try('agency.update', { version, plan: { freeMillis: 1 } });
  const { fields, message } = (reply.body as unknown as { error: { fields: { param: string }[]; message: string } }).error;
  assert.deepEqual(
    { status: reply.status, code: codeOf(reply), fields: fields.map(({ param }) => param).sort(), message },
    {
      status: 409,
      code: 'settings.changed',
      fields: ['meter', 'origins'],
      message: 'Somebody else changed meter, origins meanwhile. Read the settings again, then send what is still wanted.',
    },
  );
  assert.deepEqual(await one.call('agency.read', {}), before);
  assert.equal((await one.try('agency.update', { version: before.version, plan: { freeMillis: 1 } })).status, 200);
  await other.live.call('agency.update', { signUp: { fields: [] } });
  const after = (await one.call('agency.read', {})).version;
  assert.equal(
    (await one.try('agency.update', { version: after - 1, plan: { freeMillis: 2 } })).status,
    200,
    "what is live is none of a test key's business",
  );
});

for (const [ahead, key] of [
  [1, 'test'],
  [96, 'test'],
  [96, 'live'],
] as const) {
  test(`agency.update SX7: a version ${ahead} ahead is refused at version with the ${key} key, and changes nothing`, async () => {
    const [agency] = await openTwice();
    const mine = key === 'live' ? agency.live : agency;
    const before = await mine.call('agency.read', {});
    for (const change of [{ plan: { freeMillis: 1 } }, {}]) {
      const reply = await mine.try('agency.update', { version: before.version + ahead, ...change });
      const { param, message } = (reply.body as unknown as { error: { param: string; message: string } }).error;
      assert.deepEqual(
        { status: reply.status, code: codeOf(reply), param, message },
        {
          status: 422,
          code: 'input.invalid',
          param: 'version',
          message: `The settings are at version ${before.version}, and there is no version ${before.version + ahead} yet. Read them again, then send what is still wanted.`,
        },
      );
    }
    assert.deepEqual(await mine.call('agency.read', {}), before);
    assert.equal((await mine.try('agency.update', { version: before.version, plan: { freeMillis: 1 } })).status, 200);
  });
}

/** Settings that can change here, with their possible values. */
const choices = {
  'plan.freeMillis': fc.integer({ min: 0, max: 3 }),
  'plan.knowledge.fileMillis': fc.integer({ min: 0, max: 3 }),
  'plan.knowledge.urlMillis': fc.integer({ min: 0, max: 3 }),
  'plan.limits.numbers': fc.integer({ min: 0, max: 3 }),
  'meter.lowPermille': fc.integer({ min: 200, max: 203 }),
  'meter.criticalPermille': fc.integer({ min: 100, max: 103 }),
  'signUp.passwordPolicy': fc.constantFrom('classic', 'passphrase'),
  'portal.notice': fc.constantFrom('One', 'Two', 'Three'),
  origins: fc.constantFrom(['https://one.test'], ['https://two.test']),
};
type Named = Partial<Record<keyof typeof choices, unknown>>;
const change: fc.Arbitrary<Named> = fc.record(choices, { requiredKeys: [] });
const steps = fc.array(fc.record({ one: change, other: change, isAtOnce: fc.boolean() }), { minLength: 1, maxLength: 6 });

const asInput = (named: Named): Input<'agency.update'> =>
  Object.entries(named).reduce<Record<string, unknown>>((input, [path, value]) => withPath(input, path.split('.'), value), {});

const withPath = (at: unknown, [step = '', ...rest]: string[], value: unknown): Record<string, unknown> => {
  const here = (at ?? {}) as Record<string, unknown>;
  return { ...here, [step]: rest.length === 0 ? value : withPath(here[step], rest, value) };
};

/** Tells whether two changes set one field to different values. */
const isDisputed = (one: Named, other: Named): boolean =>
  Object.keys(one).some((path) => path in other && JSON.stringify(one[path as keyof Named]) !== JSON.stringify(other[path as keyof Named]));

test('agency.update SX7: two writers on two processes lose no setting that only one of them names', async () => {
  const writers = await openTwice();
  const [reader] = writers;
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      for (const { one, other, isAtOnce } of sequence) {
        const before = await reader.call('agency.read', {});
        const send = (writer: Agency, named: Named) => writer.try('agency.update', asInput(named));
        const replies = isAtOnce
          ? await Promise.all([send(writers[0], one), send(writers[1], other)])
          : [await send(writers[0], one), await send(writers[1], other)];
        const after = await reader.call('agency.read', {});
        for (const { status } of replies) assert.ok(status === 200 || (status === 409 && isAtOnce && isDisputed(one, other)), `${status}`);
        for (const path of Object.keys(choices) as (keyof Named)[]) {
          const wanted = [one, other].flatMap((named, index) => (path in named && replies[index]?.status === 200 ? [named[path]] : []));
          const allowed = wanted.length === 0 ? [valueIn(before, path)] : isAtOnce ? wanted : wanted.slice(-1);
          const found = JSON.stringify(valueIn(after, path));
          assert.ok(
            allowed.some((value) => JSON.stringify(value) === found),
            `${path} is ${found}, not of ${JSON.stringify(allowed)}`,
          );
        }
      }
    }),
    { numRuns: runs(10), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  );
});
