import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../api/contract/refusal.ts';
import { runOnce } from '../../api/http/idempotency.ts';
import { readRequest } from '../../api/models/request.ts';
import { fingerprint } from '../../api/security/digest.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import { until } from '../support/until.ts';

const api = await startApi();
let callers = 0;
/** Attempts of a caller of its own. */
function openCaller() {
  callers += 1;
  const caller = `cl_${callers}`;
  return (key: string) => ({ caller, operation: 'numbers.buy', key, inputHash: 'same' });
}
/** Work whose seeds are kept, and which ends as each run is told. */
function workOf(...ends: (() => unknown)[]) {
  const seeds: string[] = [];
  const work = async (seed: string): Promise<unknown> => {
    seeds.push(seed);
    return ends[seeds.length - 1]?.() ?? `answer ${seeds.length}`;
  };
  return { seeds, work };
}
/** A promise that the test keeps when it likes. */
function promiseToKeep<Value>(): { promise: Promise<Value>; resolve(value: Value): void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
const failWith = (error: Error) => () => Promise.reject(error);

test('numbers.buy C17: an attempt is made once, and its repetition gets the same answer', async () => {
  const attempt = openCaller();
  const { seeds, work } = workOf();
  assert.deepEqual(await runOnce(attempt('once'), work), { answer: 'answer 1', repeated: false });
  assert.deepEqual(await runOnce(attempt('once'), work), { answer: 'answer 1', repeated: true });
  await assert.rejects(runOnce({ ...attempt('once'), inputHash: 'other' }, work), { code: 'idempotency.mismatch' });
  for (const other of [{ caller: `another beside ${callers}` }, { operation: 'numbers.reserve' }, { key: 'twice' }])
    assert.equal((await runOnce({ ...attempt('once'), ...other }, work)).repeated, false);
  assert.equal(new Set(seeds).size, 4, 'each attempt has a seed of its own');
});

test('numbers.buy C17: a refused attempt leaves nothing; one that failed goes on at once with its seed', async () => {
  const attempt = openCaller();
  const refused = workOf(failWith(new Refusal('number.taken')));
  await assert.rejects(runOnce(attempt('refused'), refused.work), { code: 'number.taken' });
  assert.deepEqual(await runOnce({ ...attempt('refused'), inputHash: 'other' }, refused.work), { answer: 'answer 2', repeated: false });
  assert.notEqual(refused.seeds[0], refused.seeds[1]);
  const failed = workOf(failWith(new Refusal('telephony.provider_unavailable')), failWith(new Error('a bug of ours')));
  await assert.rejects(runOnce(attempt('failed'), failed.work), { code: 'telephony.provider_unavailable' });
  await assert.rejects(runOnce(attempt('failed'), failed.work), /a bug of ours/);
  const startedAt = performance.now();
  assert.deepEqual(await runOnce(attempt('failed'), failed.work), { answer: 'answer 3', repeated: false });
  assert.ok(performance.now() - startedAt < 4000, 'no lease had to run out');
  assert.deepEqual({ runs: failed.seeds.length, seeds: new Set(failed.seeds).size }, { runs: 3, seeds: 1 });
});

test('numbers.buy C17: a repetition waits for a running attempt, which keeps its lease', async () => {
  const attempt = openCaller();
  const { promise, resolve: finish } = promiseToKeep<string>();
  const slow = workOf(() => promise);
  const first = runOnce(attempt('slow'), slow.work);
  const { caller, operation, key } = attempt('slow');
  const id = fingerprint(JSON.stringify([caller, operation, key]));
  const leaseOf = async () => (await readRequest(id))?.leaseUntil.getTime() ?? 0;
  const leased = await until(leaseOf, 'the attempt');
  const second = runOnce(attempt('slow'), slow.work);
  await until(async () => (await leaseOf()) > leased, 'a longer lease');
  finish('at last');
  assert.deepEqual(
    { first: await first, second: await second, runs: slow.seeds.length },
    { first: { answer: 'at last', repeated: false }, second: { answer: 'at last', repeated: true }, runs: 1 },
  );
});

/** An agency with a client, and the same gift to it under any key. */
async function openGiving() {
  const agency = await api.createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.enter();
  const gift = { clientId: page.clientId, amountMillis: 5_000, description: 'Goodwill' };
  const give = (key: string, more: object = {}) => agency.try('credits.allocate', { ...gift, ...more }, { 'idempotency-key': key });
  return { agency, page, give };
}

test('credits.allocate C17: a repetition is marked as one; other content under its key and odd keys are refused', async () => {
  const { give } = await openGiving();
  const [first, again] = [await give('gift-0001'), await give('gift-0001')];
  const seen = ({ status, headers }: typeof first) => ({ status, replayed: headers.get('idempotent-replayed') });
  assert.deepEqual(
    { first: seen(first), again: seen(again) },
    { first: { status: 200, replayed: null }, again: { status: 200, replayed: 'true' } },
  );
  assert.deepEqual(first.body, again.body);
  const mismatch = await give('gift-0001', { amountMillis: 6_000 });
  assert.deepEqual({ status: mismatch.status, code: codeOf(mismatch) }, { status: 409, code: 'idempotency.mismatch' });
  for (const key of ['short', 'x'.repeat(201), 'with spaces']) assert.equal(codeOf(await give(key)), 'idempotency.key_invalid', key);
});

test('journal.list T13 A41: acts and refused keys are journaled once, with who, whom and why', async () => {
  const { agency, page, give } = await openGiving();
  const { live, id, keys } = agency;
  for (let time = 0; time < 2; time += 1) await give('gift-0001');
  for (let time = 0; time < 2; time += 1) await live.call('agency.update', { name: 'Renamed' });
  assert.equal((await call(`${api.url}/v1/agency.read`, { key: keys.test.secret, origin: agency.origin, method: 'GET' })).status, 403);
  await api.platform('agencies.suspend', { agencyId: id, reason: 'Unpaid fees' });
  assert.equal(codeOf(await page.try('credits.balance', {})), 'agency.suspended');
  await api.platform('agencies.resume', { agencyId: id, reason: 'Paid' });
  const { entries } = await agency.call('journal.list', {});
  const key = (mode: 'test' | 'live') => `key …${keys[mode].secret.slice(-4)}`;
  const seen = { action: 'alert.key_in_browser', reason: 'A secret key was sent from a page. Rotate it.' };
  const used = { action: 'alert.suspended', reason: 'A key of the suspended agency was used.' };
  assert.deepEqual(entries.map(({ action, actor, mode, target, reason }) => ({ action, actor, mode, target, reason })).reverse(), [
    { action: 'agencies.create', actor: 'platform', mode: null, target: id, reason: null },
    { action: 'credits.allocate', actor: key('test'), mode: 'test', target: page.clientId, reason: 'Goodwill' },
    { action: 'agency.update', actor: key('live'), mode: null, target: id, reason: null },
    { ...seen, actor: key('test'), mode: 'test', target: id },
    { action: 'agencies.suspend', actor: 'platform', mode: null, target: id, reason: 'Unpaid fees' },
    { ...used, actor: 'anyone', mode: 'test', target: id },
    { action: 'agencies.resume', actor: 'platform', mode: null, target: id, reason: 'Paid' },
  ]);
  const { before, after } = entries.at(-2) ?? assert.fail('it is the second');
  assert.deepEqual({ before, after }, { before: { available: 0, assigned: 0 }, after: { available: 5_000, assigned: 5_000 } });
});
