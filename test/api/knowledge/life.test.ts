import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { workThrough } from '../../../api/domain/due/due.ts';
import { cleanKnowledge } from '../../../api/domain/knowledge/leftovers.ts';
import { moves } from '../../../api/domain/knowledge/states.ts';
import { dueSources } from '../../../api/domain/knowledge/steps.ts';
import { baseNameOf, orderIdOf } from '../../../api/domain/knowledge/values.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { readClientsBy, scopeOf } from '../../../api/models/client.ts';
import { type Order, OrderModel } from '../../../api/models/order.ts';
import { listSources, type Source, type SourceState } from '../../../api/models/source.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { later, MINUTE_MS } from '../../../api/rules/time.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';
import { until } from '../../support/until.ts';
import { fileItem, openVoiceClient, sendPart, textItem } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;
const { deps } = api;
// The test runs due work itself, so that the clock never passes the end of a claim in use.
await api.stopDueWork();
const { agency, apiKey, page } = await openVoiceClient(api);
const [client] = await readClientsBy('_id', [page.clientId]);
const scope = scopeOf(client ?? assert.fail('the client of the page'));

const CREDITS_MILLIS = 5_000;
/** No further run begins after this time, which is real time. */
const BOUND_MS = 20_000;
const HOUR_SECONDS = 3_600;
/** Longer than any back-off and any claim. */
const REST_SECONDS = 700;

const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
/** Files to add: a good one and refused ones. Together with the texts they cost more than the credits. */
const contents = new Map([
  ['File.txt', 'Opening hours'],
  ['Virus.txt', eicar],
  ['Page.txt', '<html><script>'],
]);
const offers = [
  { name: 'Text', items: [textItem('Text')], totalMillis: 1_000 },
  { name: 'Pair', items: [textItem('Pair A'), textItem('Pair B')], totalMillis: 2_000 },
  ...[...contents].map(([name, content]) => ({ name, items: [fileItem(name, content)], totalMillis: 2_000 })),
];
/** The states in which a page offers an action. */
const fits = { upload: ['uploading', 'checking'], retry: ['failed', 'quarantined'] };

const points: CrashPoint[] = [
  'source.after_insert',
  'source.after_orders',
  'source.after_checking',
  'source.after_provider',
  'source.after_refund',
  'order.after_hold',
  'order.after_fulfil',
  'order.after_settle',
  'order.after_undo',
];
const command = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'upload', 'upload', 'upload', 'retry', 'retry', 'remove', 'wait'),
  pick: fc.nat(20),
  seconds: fc.constantFrom(5, 30),
});
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** Up to three commands beside due work, while processes crash at one point and the provider fails. */
const round = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 3 }),
  crash: fc.option(fc.constantFrom(...points), { nil: undefined }),
  failure: fc.constantFrom('none', 'none', 'none', 'answer lost', 'away', 'unreadable', 'keeps it'),
});
type Round = typeof round extends fc.Arbitrary<infer Value> ? Value : never;

/** Every write of a state that the database was asked for. */
const written: { from: SourceState | undefined; to: SourceState }[] = [];
/** Orders whose source the provider accepted. */
const accepted = new Set<string>();

interface Asked {
  state?: SourceState;
  isAdmitted?: boolean;
  baseId?: unknown;
}

mongoose.set('debug', (collection, _method, filter: Asked & { _id?: string; attempt?: number } = {}, update: { $set?: Asked } = {}) => {
  if (collection !== 'sources') return;
  const stateOf = ({ state, isAdmitted }: Asked) => (isAdmitted === false ? 'offered' : typeof state === 'string' ? state : undefined);
  const to = stateOf(update.$set ?? {});
  if (to !== undefined) written.push({ from: stateOf(filter), to });
  if (typeof update.$set?.baseId === 'string') accepted.add(orderIdOf({ _id: filter._id ?? '', attempt: filter.attempt ?? 0 }));
});

function failProvider(failure: Round['failure']): void {
  if (failure === 'answer lost') sandbox.faults.add({ path: '/retell/create-knowledge-base', how: 'reset', done: true });
  if (failure === 'away') sandbox.faults.add({ path: '/retell/', how: '500', times: 2 });
  if (failure === 'unreadable') sandbox.retell.failNext();
  if (failure === 'keeps it') sandbox.faults.add({ path: '/retell/delete-knowledge-base/', how: '500', times: 2 });
}

let histories = 0;
/** Milli-credits that the client has received so far. */
let givenMillis = 0;
async function openRun() {
  histories += 1;
  const missing = CREDITS_MILLIS - (await page.balance()).available;
  if (missing > 0) await agency.allocate(page.clientId, missing);
  givenMillis += Math.max(0, missing);
  const tries = new Map<string, number>();

  const add = async ({ name, items, totalMillis }: (typeof offers)[number]) => {
    const key = `life-${histories}-${name.replace('.', '-')}-${tries.get(name) ?? 0}`;
    const reply = await page.try('knowledge.add', { items, totalMillis }, { 'idempotency-key': key });
    // After a crash the same attempt is repeated; otherwise the next one is new.
    if (reply.status !== 500) tries.set(name, (tries.get(name) ?? 0) + 1);
    return reply;
  };
  const run = async ({ what, pick, seconds }: Command) => {
    if (what === 'wait') return void sandbox.clock.advance(seconds);
    if (what === 'add') return add(offers[pick % offers.length] ?? assert.fail());
    const { sources } = await page.call('knowledge.list', {});
    const fitting = sources.filter(({ state }) => what === 'remove' || fits[what].includes(state));
    const source = fitting[pick % fitting.length];
    if (!source) return undefined;
    const { id: sourceId, receivedBytes: offset, name } = source;
    if (what === 'upload') return sendPart(page, { sourceId, offset }, contents.get(name) ?? '');
    return page.try(what === 'retry' ? 'knowledge.retry' : 'knowledge.remove', { sourceId });
  };
  return async ({ commands, crash, failure }: Round) => {
    failProvider(failure);
    api.crashAt(crash);
    const [replies] = await Promise.all([Promise.all(commands.map(run)), workOn(5)]);
    await workOn(5);
    api.crashAt(undefined);
    await workOn(REST_SECONDS);
    for (const reply of replies) assert.ok(reply?.status !== 500 || crash !== undefined, JSON.stringify(reply?.body));
  };
}

/** Advances the clock, and does all work that is due then. */
async function workOn(seconds: number): Promise<void> {
  sandbox.clock.advance(seconds);
  await workThrough(dueSources(deps), deps);
  await advanceDueOrders(deps);
}

/** Advances the clock until every source is in one of these states, and every order without a waiting upload has ended. */
const untilAllRest = (...states: SourceState[]) =>
  until(
    async () => {
      await workOn(REST_SECONDS);
      const sources = await listSources(scope);
      const waiting = sources.flatMap(({ _id, state }) => (state === 'uploading' ? [_id] : []));
      const open = await OrderModel.countDocuments({ state: { $in: ['open', 'working'] }, subjectId: { $nin: waiting } });
      return open === 0 && sources.every(({ state }) => states.includes(state));
    },
    states.join(),
    60,
  );

async function comeToRest(): Promise<void> {
  sandbox.faults.calm();
  await untilAllRest('uploading', 'ready', 'failed', 'quarantined');
  sandbox.clock.advance(25 * HOUR_SECONDS);
  await untilAllRest('ready', 'failed', 'quarantined');
  await cleanKnowledge(deps, later(new Date(), 15 * MINUTE_MS));
}

const sourceOfBase = (name: string): string => name.slice(0, name.lastIndexOf('.'));

/** Asserts that exactly ready sources are charged, and that nothing is left of removed ones. */
async function assertSettled(): Promise<Source[]> {
  const sources = await listSources(scope);
  const ready = sources.filter(({ state }) => state === 'ready');
  const there = new Set(sources.map(({ _id }) => _id));
  const charged = await OrderModel.find({ state: 'done' }).lean<Order[]>();

  const lasting = charged.filter(({ subjectId }) => there.has(subjectId));
  assert.deepEqual(lasting.map(({ _id }) => _id).sort(), ready.map(orderIdOf).sort(), 'ready sources are charged, once');
  const removed = charged.filter(({ subjectId }) => !there.has(subjectId));
  assert.deepEqual(
    removed.filter(({ _id }) => !accepted.has(_id)),
    [],
    'sources that the provider never accepted are not charged',
  );
  const used = charged.reduce((sum, { priceMillis }) => sum + priceMillis, 0);
  const { available, held } = await page.balance();
  assert.deepEqual({ available, held }, { available: givenMillis - used, held: 0 });

  const bases = sandbox.retell.bases(apiKey).map((base) => base.knowledge_base_name);
  const isReady = (name: string) => ready.some(({ _id }) => _id === sourceOfBase(name));
  assert.deepEqual(bases.filter(isReady).sort(), ready.map(baseNameOf).sort(), 'ready sources have one base');
  const parts: string[] = await mongoose.connection.collection('sourceparts').distinct('sourceId');
  const left = { bases: bases.filter((name) => !there.has(sourceOfBase(name))), parts: parts.filter((id) => !there.has(id)) };
  assert.deepEqual(left, { bases: [], parts: [] }, 'nothing is left of a removed source');
  const { count, storageBytes } = await page.call('knowledge.list', {});
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  assert.deepEqual({ count: count.used, bytes: storageBytes.used }, { count: sources.length, bytes });
  return sources;
}

test('knowledge.add K6 K8 K12 F31: in every history a source makes allowed moves, and costs credits only if ready', {
  timeout: 120_000,
}, async () => {
  const end = performance.now() + BOUND_MS;
  const runHistory = async (rounds: Round[]) => {
    if (performance.now() > end) return;
    const runRound = await openRun();
    for (const one of rounds) await runRound(one);
    await comeToRest();
    for (const { _id } of await assertSettled()) await page.call('knowledge.remove', { sourceId: _id });
    await untilAllRest();
    assert.deepEqual(await assertSettled(), []);
  };
  await fc.assert(fc.asyncProperty(fc.array(round, { minLength: 4, maxLength: 8 }), runHistory), { numRuns: runs(8), endOnFailure: true });
  for (const { from, to } of written) assert.ok(from && moves[from].includes(to), `from ${from} to ${to}`);
  const unexpected = api.logs.filter((line) => JSON.parse(line).err && !line.includes('crashed at'));
  assert.deepEqual(unexpected, []);
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
