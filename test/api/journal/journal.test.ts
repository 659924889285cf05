import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { firstBrokenEntry } from '../../../api/domain/audit/journals.ts';
import { inJournal } from '../../../api/domain/journal/writer.ts';
import { isJournaled } from '../../../api/http/journaled.ts';
import type { JournalPlace } from '../../../api/models/journal.ts';
import { names, operationOf } from '../../http/world.ts';
import { startApi } from '../../support/api.ts';

const api = await startApi();
const { createAgency } = api;
type Entry = Output<'journal.list'>['entries'][number];
const entries = () => mongoose.connection.collection('journals');
const told = ({ action, actor, target, before, after, reason }: Entry) => ({ action, actor, target, before, after, reason });

test('journal.list T13: allocating credits records who, whom, before, after and why, once despite repeats', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.enter();
  const gift = { clientId: page.clientId, amountMillis: 5_000, description: 'Goodwill for Monday' };
  for (let time = 0; time < 3; time += 1) await agency.try('credits.allocate', gift, { 'idempotency-key': 'gift-0001' });
  const list = await agency.call('journal.list', {});
  const [entry, created] = list.entries;
  assert.ok(entry && created);
  assert.deepEqual(told(entry), {
    action: 'credits.allocate',
    actor: `key …${agency.keys.test.secret.slice(-4)}`,
    target: page.clientId,
    before: { available: 0, assigned: 0 },
    after: { available: 5_000, assigned: 5_000 },
    reason: 'Goodwill for Monday',
  });
  assert.match(entry.requestId, /^[\da-f-]{36}$/);
  assert.deepEqual(
    { action: created.action, actor: created.actor, seq: created.seq, entries: list.entries.length, next: list.next },
    { action: 'agencies.create', actor: 'platform', seq: 1, entries: 2, next: null },
  );
});

test("journal.list T13: an agency reads actions of its key's mode and of the platform, page by page, no others", async () => {
  const [agency, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  for (let change = 1; change <= 5; change += 1) await agency.live.call('agency.update', { name: `Name ${change}` });
  await other.live.call('agency.update', { name: 'Elsewhere' });
  await api.platform('agencies.suspend', { agencyId: agency.id, reason: 'Unpaid fees' });
  await api.platform('agencies.resume', { agencyId: agency.id, reason: 'Paid' });
  const seen: Entry[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page = await agency.call('journal.list', { limit: 3, ...(before !== undefined && { before }) });
    seen.push(...page.entries);
    before = page.next;
  }
  assert.deepEqual(
    seen.map(({ seq }) => seq),
    [8, 7, 6, 5, 4, 3, 2, 1],
  );
  assert.deepEqual(
    { action: seen[1]?.action, reason: seen[1]?.reason, suspended: seen[1]?.after.suspended },
    { action: 'agencies.suspend', reason: 'Unpaid fees', suspended: 'Unpaid fees' },
  );
  assert.deepEqual({ before: seen[2]?.before, after: seen[2]?.after }, { before: { name: 'Name 4' }, after: { name: 'Name 5' } });
  agency.mode = 'live';
  const live = await agency.call('journal.list', {});
  assert.deepEqual([...new Set(live.entries.map(({ mode }) => mode))], [null]);
});

test('journal.list T13: a call that changes nothing is not journaled', async () => {
  const agency = await createAgency();
  const { live } = agency;
  const suspend = { agencyId: agency.id, reason: 'Unpaid fees' };
  const resume = { agencyId: agency.id, reason: 'Paid' };
  const actions = async () => (await live.call('journal.list', {})).entries.map(({ action }) => action).reverse();
  await live.call('agency.update', { plans: [{ name: 'Team', centsPer100Credits: 3000, currency: 'EUR' }] });
  await live.call('agency.publish', { version: (await live.call('agency.compare', {})).version });
  const before = await actions();
  const { name, plans, version } = await live.call('agency.read', {});
  for (const change of [{}, { name }, { plans }, { version }]) await live.call('agency.update', change);
  await live.call('agency.publish', { version });
  await live.call('plans.reorder', { planIds: plans.map(({ id }) => id) });
  await api.platform('agencies.resume', resume);
  assert.deepEqual(await actions(), before);
  for (let time = 0; time < 2; time += 1) await api.platform('agencies.suspend', suspend);
  await api.platform('agencies.suspend', { ...suspend, reason: 'Still unpaid' });
  for (let time = 0; time < 2; time += 1) await api.platform('agencies.resume', resume);
  await live.call('agency.update', { name: 'Another name' });
  assert.deepEqual(await actions(), [...before, 'agencies.suspend', 'agencies.suspend', 'agencies.resume', 'agency.update']);
  for (const name of names.filter((one) => operationOf(one).journaledIfChanged)) assert.ok(!operationOf(name).repeatable, name);
});

test('journal.list T13: a new secret is journaled, even one that ends like the former', async () => {
  const agency = await createAgency();
  const save = (letter: string) => agency.call('agency.update', { stripe: { webhookSecret: `whsec_${letter.repeat(28)}same` } });
  const count = async () => (await agency.call('journal.list', {})).entries.length;
  await save('a');
  const before = await count();
  await save('b');
  assert.equal(await count(), before + 1);
});

test("journal.list T13: it contains no secrets, and no text that controls a reader's terminal", async () => {
  const agency = await createAgency();
  const { key } = await agency.call('keys.rotate', { kind: 'secret', overlapSeconds: 60 });
  const page = await agency.openPage();
  await page.enter();
  const escaping = String.fromCharCode(27);
  const stored = mongoose.connection.collection('agencies');
  await stored.updateOne({ _id: agency.id as never }, { $set: { name: `Evil${escaping}[31m\r\n{"forged":1}\u2028\u202e` } });
  await agency.live.call('agency.update', { name: 'Plain' });
  const text = JSON.stringify(await entries().find({ agencyId: agency.id }).toArray());
  for (const secret of [key, ...Object.values(agency.keys).map(({ secret }) => secret), agency.stripeSecret, 'whsec_']) {
    assert.ok(!text.includes(secret), 'a secret stands in the journal');
  }
  const [newest] = (await agency.call('journal.list', {})).entries;
  assert.equal(newest?.before.name, 'Evil\\u001b[31m\\u000d\\u000a{"forged":1}\\u2028\\u202e');
});

test('journal.list T13: every changing operation of the agency and the platform is journaled, or says why not', () => {
  for (const name of names) {
    const { method, callers, unjournaled } = operationOf(name);
    for (const kind of ['agency', 'platform'] as const) {
      if (method !== 'POST' || callers[kind] === undefined) continue;
      assert.equal(isJournaled({ kind }, operationOf(name)), unjournaled === undefined, name);
      if (unjournaled !== undefined) assert.match(unjournaled, /^[A-Z].{30,}\.$/, name);
    }
  }
  assert.deepEqual(
    names.filter((name) => name.startsWith('journal.')).map((name) => [name, operationOf(name).method]),
    [['journal.list', 'GET']],
  );
});

test('the journal T13: no entry is ever changed or removed, and a change in the database is found', async () => {
  const agency = await createAgency({ stripe: false });
  for (let change = 1; change <= 4; change += 1) await agency.live.call('agency.update', { name: `Name ${change}` });
  const model = mongoose.model('Journal');
  const mine = { agencyId: agency.id };
  await assert.rejects(model.updateOne(mine, { reason: 'x' }), /neither changed nor removed/);
  await assert.rejects(model.deleteMany(mine), /neither changed nor removed/);
  assert.equal(await firstBrokenEntry(agency.id), null);
  const third = await entries().findOne({ ...mine, seq: 3 });
  await entries().updateOne({ ...mine, seq: 3 }, { $set: { reason: 'forged' } });
  assert.equal(await firstBrokenEntry(agency.id), 3);
  await entries().replaceOne({ ...mine, seq: 3 }, third as never);
  assert.equal(await firstBrokenEntry(agency.id), null);
  await entries().deleteOne({ ...mine, seq: 2 });
  assert.equal(await firstBrokenEntry(agency.id), 2);
});

/** Loads the journal's writer a second time with its own queues, as another process would. */
const otherWriter = async () =>
  (await import(`../../../api/domain/journal/${'writer'}.ts?other`)) as typeof import('../../../api/domain/journal/writer.ts');

test('the journal T13: two processes that write at once take every place once, and lose nothing', async () => {
  const other = await otherWriter();
  assert.notEqual(other.inJournal, inJournal);
  const agencyId = 'agn_two_writers';
  const entry = (cause: string) => (place: JournalPlace) => ({
    ...{ _id: `${agencyId}/${place.seq + 1}`, agencyId, seq: place.seq + 1, cause, at: new Date(), hash: `${place.hash}${place.seq + 1},` },
    ...{ actor: 'platform', mode: null, action: 'agencies.resume', target: agencyId, before: {}, after: {}, reason: null, requestId: 'x' },
  });
  const written = Array.from({ length: 60 }, (_, index) => [inJournal, other.inJournal][index % 2]?.(agencyId, entry(`cause-${index}`)));
  await Promise.all([...written, inJournal(agencyId, entry('cause-7')), other.inJournal(agencyId, entry('cause-8'))]);
  const stored = await entries().find({ agencyId }).sort({ seq: 1 }).toArray();
  assert.deepEqual(
    stored.map(({ seq }) => seq),
    stored.map((_, index) => index + 1),
  );
  assert.equal(new Set(stored.map(({ cause }) => cause)).size, 60);
  assert.equal(stored.length, 60);
  assert.equal(stored.at(-1)?.hash, stored.map(({ seq }) => `${seq},`).join(''), 'each was made behind the one before it');
});
