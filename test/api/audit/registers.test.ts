import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keptHead } from '../../../api/domain/audit/check-registers.ts';
import { Findings } from '../../../api/domain/audit/findings.ts';
import { headOf, registerDue, registerUpTo } from '../../../api/domain/audit/make-registers.ts';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { recordAct } from '../../../api/domain/journal/journal.ts';
import { clientOf } from '../../../api/ledger/accounts.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { sealedText } from '../../../api/ledger/sealed.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { allocateCredits, grantMinutes } from '../../../api/ledger/transfers/grants.ts';
import type { Draft } from '../../../api/ledger/write/draft.ts';
import { insertClient } from '../../../api/models/client.ts';
import { type Register, readNewestNumber, readNewestRegister } from '../../../api/models/register.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import type { Transfer } from '../../../api/models/transfer.ts';
import { DAY_MS, later } from '../../../api/rules/time.ts';
import type { Keys } from '../../../api/security/keys.ts';
import { sealWith } from '../../../api/security/own-seal.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import { smallWriter } from '../../ledger/mutants/writers.ts';
import { bySecond, newClient, somebody } from '../../ledger/people.ts';
import { openEngine } from '../../support/engine.ts';
import { rows, snapshot } from './world.ts';

const engine = await openEngine();
after(() => engine.close());

const seals = sealsOf({ digest: Buffer.alloc(32, 7) });
const others = sealsOf({ digest: Buffer.alloc(32, 8) });
const [first, second] = [newClient(), newClient()];
let calls = 0;

async function enter(scope = newClient()): Promise<ClientScope> {
  const { agencyId, world, clientId, subject } = scope;
  await rows('agencies').insertOne({
    _id: agencyId,
    slug: agencyId,
    publishableKeys: [{ key: agencyId }],
    secretKeys: [{ fingerprint: agencyId }],
    testGeneration: 0,
  });
  await insertClient(scope, {
    _id: clientId,
    agencyId,
    world,
    subject,
    members: [],
    profile: {},
    freeMillis: 0,
    createdAt: somebody.at,
  });
  await grantMinutes(scope, { cause: agencyId, millis: 50_000, ...somebody });
  await allocateCredits(scope, { requestId: `gift-${subject}`, millis: 25_000, description: 'A gift', ...somebody });
  return scope;
}

async function charge(scope: ClientScope, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    calls += 1;
    await chargeCall(scope, { callId: `call-${calls}`, seconds: 3, rounding: bySecond, ...somebody });
  }
}

const act = (cause: string, agencyId = first.agencyId) =>
  recordAct(agencyId, {
    cause,
    actor: 'platform',
    mode: null,
    action: 'agencies.create',
    target: agencyId,
    before: {},
    after: {},
    reason: null,
    requestId: cause,
  });

/** Registers everything up to now; nothing is in progress here. */
const register = (until = later(new Date(), 1)) => registerUpTo(until, seals);

async function audited(more: Partial<Parameters<typeof auditWhole>[0]> = {}) {
  const { checks, remarks } = await auditWhole({ seals, business: somebody.at, real: new Date(), ...more });
  return { broken: checks.filter(({ ok }) => !ok), remarks };
}

async function complains(sentence: RegExp, more: Parameters<typeof audited>[0] = {}): Promise<void> {
  const { broken } = await audited(more);
  assert.match(broken.map(({ detail }) => detail).join('\n'), sentence);
}

/** Undoes each change of the database after the test, with a client of its own, because the ledger remembers entries. */
const undone = (name: string, work: (client: ClientScope) => Promise<void>) =>
  test(name, async () => {
    const restore = await snapshot();
    await work(await enter()).finally(restore);
  });

before(async () => {
  // Entries written before seals existed.
  await enter(first);
  await charge(first, 2);
  sealWith({ digest: Buffer.alloc(32, 7) });
});

test('audit SX12: a ledger older than seals is trusted as it stands, and the report says so', async () => {
  const { broken, remarks } = await audited();
  assert.deepEqual(broken, []);
  assert.match(remarks.join('\n'), /^4 transfers carry no seal, as they were written before there were seals/m);
});

test('audit SX12: a register names each changed account and its owner, counts, and is sealed behind the last', async () => {
  await act('create');
  const [one] = await register();
  assert(one);
  assert.deepEqual({ _id: one._id, previous: one.previous }, { _id: 1, previous: '' });
  assert(one.unsealedUntil && one.unsealedUntil.getTime() - one.at.getTime() === DAY_MS, 'old processes have a day to end');
  assert.deepEqual(one.unsealed, { until: later(one.at, DAY_MS), counts: { promise: 1, plan: 1, order: 0, release: 0, claim: 0 } });
  const [{ heads = [], sums = [], ...ledger } = {}] = one.ledgers;
  assert.deepEqual(ledger, { agencyId: first.agencyId, world: first.world, transfers: 4, unsealed: 4 });
  const said = heads.map(({ account, seq, clientId }) => [account, seq, clientId]);
  assert.deepEqual(new Set(said.map(String)), new Set([`minutes.test.0,3,`, `client.${first.subject},3,${first.clientId}`]));
  assert.deepEqual(new Map(sums.map(({ account, amount }) => [account, amount])).get('used.test.0'), 100);
  assert.deepEqual(
    one.journals.map(({ agencyId, seq }) => [agencyId, seq]),
    [[first.agencyId, 1]],
  );
  assert.deepEqual(
    one.counts.find(({ collection }) => collection === 'clients'),
    { collection: 'clients', documents: 1 },
  );

  await enter(second);
  await charge(second);
  await act('create', second.agencyId);
  const [two, ...more] = await register();
  assert.deepEqual({ _id: two?._id, previous: two?.previous, moreLength: more.length }, { _id: 2, previous: one.seal, moreLength: 0 });
  assert.deepEqual(
    two?.ledgers.map(({ agencyId, unsealed }) => [agencyId, unsealed]),
    [[second.agencyId, 0]],
    'only what moved since',
  );
  assert.deepEqual(
    two?.journals.map(({ agencyId }) => agencyId),
    [second.agencyId],
  );
  assert.deepEqual(
    (await register()).flatMap(({ ledgers }) => ledgers),
    [],
    'nothing moved',
  );
  assert.deepEqual((await audited()).broken, []);
});

test('audit SX12: processes that register at the same time make one chain', async () => {
  await charge(first, 3);
  const before = await readNewestNumber();
  const made = (await Promise.all([register(), register(), register()])).flat();
  assert.deepEqual(
    made.map(({ _id }) => _id),
    [before + 1],
  );
  assert.deepEqual((await audited()).broken, []);
});

undone('audit SX12: a long ledger is registered in pieces, none of it twice and none left out', async (client) => {
  await register();
  const newest = (await readNewestRegister()) as Register;
  const [template] = await rows('transfers').find({ agencyId: client.agencyId }).toArray();
  const refusals = Array.from({ length: 25_000 }, (_, index) => {
    const { slots: _slots, seal: _seal, ...rest } = template ?? assert.fail('there is one');
    const _id = `${client.agencyId}/test.0/order.hold/r${index}`;
    // Many in one millisecond, as batches write them.
    return {
      ...rest,
      _id,
      kind: 'order.hold',
      refused: 'credits.insufficient',
      postings: [],
      writtenAt: later(newest.through, Math.floor(index / 300)),
    };
  });
  await rows('transfers').insertMany(refusals as never);
  const made = await register(later(newest.through, 60_000));
  const counted = made.map(({ ledgers }) => ledgers.reduce((sum, { transfers }) => sum + transfers, 0));
  assert.equal(counted.length, 3);
  assert.equal(
    counted.reduce((sum, count) => sum + count, 0),
    25_000,
  );
  for (const [index, { from, previous }] of made.entries()) {
    const last = made[index - 1] ?? newest;
    assert.deepEqual({ from, previous }, { from: last.through, previous: last.seal });
  }
});

undone('audit SX12: the end of a ledger that is cut off is found', async (client) => {
  await charge(client, 5);
  await register();
  for (const { _id } of (await entriesOf(client)).slice(0, 2)) await rows('transfers').deleteOne({ _id });
  await complains(new RegExp(`entry 6 of client\\.${client.subject} of ${client.agencyId}: it was registered on .*, and is gone`));
});

undone('audit SX12: it is found as well where the client went on, and that was registered in its turn', async (client) => {
  await charge(client, 5);
  await register();
  for (const { _id } of (await entriesOf(client)).slice(0, 2)) await rows('transfers').deleteOne({ _id });
  const account = clientOf(client);
  const gift = (cause: string): Draft => ({
    kind: 'credits.recharge',
    cause,
    content: cause,
    guarded: [account],
    legs: () => legs([account, 1000], ['issued.test.0', -1000]),
    ...somebody,
  });
  await smallWriter({})(client, [gift('one'), gift('two'), gift('three')]);
  await register();
  await complains(new RegExp(`entry 6 of client\\.${client.subject} of ${client.agencyId}: it was registered on .*, and is another now`));
});

undone(
  'audit SX12: the removal of the newest register is found by a journal that names it, or by the head that was kept',
  async (client) => {
    await charge(client);
    const [newest] = await register();
    assert(newest);
    const kept = keptHead(headOf(newest));
    assert.deepEqual((await audited({ since: kept })).broken, []);
    await rows('registers').deleteOne({ _id: newest._id });
    const [last] = await entriesOf(client);
    await rows('transfers').deleteOne({ _id: last?._id ?? '' });
    assert.deepEqual((await audited()).broken, [], 'nothing in the database knows any more');
    await complains(new RegExp(`register ${newest._id} is missing: you kept it, and the newest is ${newest._id - 1}`), { since: kept });
  },
);

undone('audit SX12: another register in the place of the one that was kept is found', async (client) => {
  await charge(client);
  const [newest] = await register();
  assert(newest);
  await rows('registers').deleteOne({ _id: newest._id });
  await charge(client);
  const [other] = await register();
  assert.equal(other?._id, newest._id);
  await complains(new RegExp(`register ${newest._id}: it is another than the one that you kept`), { since: keptHead(headOf(newest)) });
});

undone('audit SX12: an act of a journal names the newest register', async (client) => {
  await charge(client);
  const [newest] = await register();
  assert(newest);
  await act('later', client.agencyId);
  await rows('registers').deleteOne({ _id: newest._id });
  await complains(
    new RegExp(`the registers: register ${newest._id} is missing: an entry of a journal names it, and the newest is ${newest._id - 1}`),
  );
});

undone('audit SX12: what somebody else writes without a seal is found, whatever time it says', async (client) => {
  const [last] = await entriesOf(client);
  for (const [writtenAt, sentence] of [
    [later(new Date(), 2 * DAY_MS), /it has no seal: somebody else has written it/],
    [new Date(2020, 1), /test\.0: 1 transfers without a seal were not there when their time was registered/],
  ] as const) {
    const forged = {
      ...last,
      _id: `${client.agencyId}/test.0/order.hold/forged`,
      kind: 'order.hold',
      refused: 'credits.insufficient',
      postings: [],
      writtenAt,
    };
    const { slots: _slots, seal: _seal, ...unsealed } = forged;
    await rows('transfers').insertOne(unsealed as never);
    await complains(sentence);
    await rows('transfers').deleteOne({ _id: forged._id });
  }
});

undone('audit SX12: what comes late, after its time was registered, is no finding', async (client) => {
  const newest = (await readNewestRegister()) as Register;
  await charge(client);
  const [last] = await entriesOf(client);
  assert(last);
  const late = { ...last, writtenAt: later(newest.through, -1) };
  const { seal: _seal, ...content } = late;
  await rows('transfers').replaceOne({ _id: late._id }, { ...content, seal: seals.of('transfer', sealedText(content)) } as never);
  assert.deepEqual((await audited()).broken, []);
  await charge(client);
  await register();
  assert.deepEqual((await audited()).broken, []);
});

undone('audit SX12 F21: where a clock was ahead, the report says until when nothing is registered', async (client) => {
  assert.doesNotMatch((await audited()).remarks.join('\n'), /clock/);
  await charge(client);
  const until = later(new Date(), 24 * 3_600_000);
  await register(until);
  await charge(client);
  assert.deepEqual(await register(), [], 'by a clock that is right again');
  const { broken, remarks } = await audited();
  assert.deepEqual(broken, []);
  assert.ok(remarks.join('\n').includes(`until ${until.toISOString()}`));
});

undone('audit RG11: a running API registers what has settled, tells the head in its log, and leaves it at that for a minute', async () => {
  const told: object[] = [];
  const deps = {
    keys: { digest: Buffer.alloc(32, 7) } as Keys,
    log: { info: (detail: object) => void told.push(detail), error: () => {} },
  };
  await rows('registers').deleteMany({});
  await rows('transfers').updateMany({}, { $set: { writtenAt: later(new Date(), -10_000) } });
  const [young] = await rows('transfers').find().toArray();
  await rows('transfers').updateOne({ _id: young?._id ?? '' }, { $set: { writtenAt: new Date() } });
  const all = await rows('transfers').countDocuments();
  await Promise.all([registerDue(deps), registerDue(deps)]);
  await registerDue(deps);
  const made = (await rows('registers').find().toArray()) as unknown as Register[];
  assert.deepEqual(
    made.map(({ _id }) => _id),
    [1],
  );
  assert.deepEqual(told, [{ register: headOf(made[0] as Register) }]);
  const counted = made.flatMap(({ ledgers }) => ledgers).reduce((sum, { transfers }) => sum + transfers, 0);
  assert.equal(counted, all - 1, 'what was written this very moment waits for the next one');
});

undone('audit SX12: what somebody made unreadable keeps nothing else from being registered, and the audit names it', async (client) => {
  await charge(client);
  const [last] = await entriesOf(client);
  await rows('transfers').insertOne({
    _id: `${client.agencyId}/test.0/odd`,
    agencyId: client.agencyId,
    postings: [null],
    writtenAt: new Date(),
  });
  const [made] = await register();
  const registered = made?.ledgers.find(({ agencyId }) => agencyId === client.agencyId);
  assert.equal(registered?.heads.find(({ account }) => account === clientOf(client))?.hash, last?.postings[0]?.hash);
  await complains(/test\.0\/odd: /);
});

undone(
  'audit A35 SX12: what was stored before there were seals is trusted, and for a day more of it; then whoever lacks one is found',
  async (client) => {
    const { unsealed = assert.fail('it was counted') } = (await readNewestRegister()) ?? {};
    const { broken, remarks } = await audited();
    assert.deepEqual(broken, [], `${client.clientId} came from a process of before`);
    assert.match(remarks.join('\n'), /^\d+ promises of free credits carry no seal, as they were stored before there were such seals/m);
    const real = later(unsealed.until, 1);
    const { promise } = unsealed.counts;
    await complains(new RegExp(`promises of free credits: ${promise + 1} carry no seal, and ${promise} did when they were registered`), {
      real,
    });
    await charge(client);
    const [last] = await register();
    assert.equal(last?.unsealed?.counts.promise, promise + 1, 'on the first day they are counted again');
    assert.deepEqual(last?.unsealed?.until, unsealed.until);
    assert.deepEqual((await audited({ real })).broken, []);
  },
);

undone('audit SX15: with other keys than those that sealed, the report says that first', async () => {
  await complains(/register \d+: it was sealed with other keys than these; were the keys replaced\?/, { seals: others });
});

test("audit SX12: only the printed form of a register's head is read", () => {
  assert.deepEqual(keptHead(`12:${'a'.repeat(22)}`), { number: 12, seal: 'a'.repeat(22) });
  for (const odd of ['', '12', `x:${'a'.repeat(22)}`, `12:${'a'.repeat(21)}`, `12:${'a'.repeat(22)} `])
    assert.equal(keptHead(odd), undefined);
});

test('audit SX12: of one account the entry with the lowest number is named, and the others are counted', async () => {
  const findings = new Findings();
  for (const seq of [5, 3, 4]) findings.add('a check', { what: `entry ${seq}`, account: 'client.a', seq }, 'is gone');
  assert.deepEqual(findings.summary(), {
    violations: 3,
    checks: [{ name: 'a check', ok: false, times: 3, found: ['entry 3: is gone'], detail: 'broken 3 times, first at entry 3: is gone' }],
    remarks: [],
  });
});

/** Reads a client's transfers, newest first. */
async function entriesOf({ subject }: ClientScope): Promise<Transfer[]> {
  const account = `client.${subject}`;
  const found = (await rows('transfers').find({ 'postings.account': account }).toArray()) as unknown as Transfer[];
  const seqOf = ({ postings }: Transfer) => postings.find((posting) => posting.account === account)?.seq ?? 0;
  return found.toSorted((a, b) => seqOf(b) - seqOf(a));
}
