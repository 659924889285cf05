import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { clientOf, minutesOf, platformUsed, usedAt } from '../../../api/ledger/accounts.ts';
import { checks } from '../../../api/ledger/audit/checks.ts';
import { GENESIS } from '../../../api/ledger/chain.ts';
import { type Leg, legs } from '../../../api/ledger/legs.ts';
import { entriesOf } from '../../../api/ledger/reading.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { emptyState } from '../../../api/ledger/state/states.ts';
import { chargeLegs } from '../../../api/ledger/transfers/holds.ts';
import { commit } from '../../../api/ledger/write/commit.ts';
import { composeTransfer, type Draft, nameDraft } from '../../../api/ledger/write/draft.ts';
import { type Head, readHead } from '../../../api/models/entry.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { appendTransfers, slotOf, type Transfer, TransferModel } from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { faultOf } from '../mutants/fault.ts';
import { smallWriter, type Write } from '../mutants/writers.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const recharge = (client: ClientScope, cause: string, millis: number): Draft => ({
  kind: 'credits.recharge',
  cause,
  content: { millis },
  guarded: [clientOf(client)],
  legs: (stateOf) => legs(...promiseTo(client, stateOf(clientOf(client)), millis)),
  ...somebody,
});

const debit = (client: ClientScope, cause: string, millis: number): Draft => ({
  kind: 'usage.record',
  cause,
  content: { millis },
  guarded: [clientOf(client), minutesOf(client)],
  legs: (stateOf) => {
    const { available, lots } = stateOf(clientOf(client));
    return available < millis ? 'credits.insufficient' : chargeLegs(client, { lots }, millis);
  },
  ...somebody,
});

/** Collects the audit's complaints about one agency's transfers. */
async function complaints({ agencyId }: ClientScope): Promise<string[]> {
  const transfers = await TransferModel.find({ agencyId }).lean<Transfer[]>();
  const heads = new Map(transfers.flatMap((one) => entriesOf(one).map((entry) => [`${entry.account}#${entry.seq}`, entry as Head])));
  const found: string[] = [];
  for (const transfer of transfers) {
    const before = (account: string) => {
      const seq = entriesOf(transfer).find((entry) => entry.account === account)?.seq ?? 0;
      return seq === 1 ? { seq: 0, hash: GENESIS, after: emptyState(account) } : heads.get(`${account}#${seq - 1}`);
    };
    for (const { name, check } of checks) {
      try {
        check(transfer, before);
      } catch {
        found.push(name);
      }
    }
  }
  return found;
}

/**
 * Lets another process give 100 and take 1 at a random moment. Then this one writes a batch, part of which exists already. Enough credits
 * are there.
 */
const survivesAnotherProcess = (make: () => Write, numRuns: number) =>
  fc.check(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 3, maxLength: 5 }), fc.boolean(), async (amounts, repeats) => {
      const client = newClient();
      const [write, other] = [make(), smallWriter({})];
      await write(client, [recharge(client, 'start', 10), debit(client, 'first', 9)]);
      await other(client, [recharge(client, 'much', 100), debit(client, 'theirs', 1)]);
      const batch = amounts.map((millis, index) => debit(client, `call-${index}`, millis));
      const refusals = await write(client, repeats ? [debit(client, 'first', 9), ...batch] : batch);
      assert.deepEqual(
        refusals.filter((refusal) => refusal !== undefined),
        [],
        'nobody is refused what is there',
      );
      assert.deepEqual(await complaints(client), []);
    }),
    { numRuns },
  );

const real = (): Write => (scope, drafts) =>
  Promise.all(
    drafts.map((draft) =>
      commit(scope, draft).then(
        () => undefined,
        (error: Error & { code: string }) => error.code,
      ),
    ),
  );

test('usage.record F23: beside another process, ledger and small writer refuse no funded call and keep the chain', async () => {
  for (const make of [real, () => smallWriter({})]) {
    assert.equal(faultOf(await survivesAnotherProcess(make, 15)), '');
  }
});

test('usage.record F23: the same property catches a writer that resends transfers unchanged after a conflict', async () => {
  const fault = faultOf(await survivesAnotherProcess(() => smallWriter({ resendsUnchanged: true }), 15));
  assert.match(fault, /are numbered without a gap|every hash follows/);
});

test('usage.record F23: the same property catches a writer that refuses from a remembered head', async () => {
  const fault = faultOf(await survivesAnotherProcess(() => smallWriter({ refusesFromCache: true }), 15));
  assert.match(fault, /nobody is refused what is there/);
});

type Merge = (...movements: [Leg['account'], number][]) => Leg[];

/** Charges a call that uses two lots. Both parts are one posting, since an account has one entry per transfer. */
async function writesOneEntry(merge: Merge): Promise<string[]> {
  const client = newClient();
  const [own, used] = [clientOf(client), usedAt(client)];
  await real()(client, [recharge(client, 'start', 1000)]);
  const head = (await readHead(client, own)) as Head;
  const parts = merge([own, -300], [used, 300], [own, -200], [used, 200], [minutesOf(client), -500], [platformUsed(client), 500]);
  const draft: Draft = {
    ...debit(client, 'call', 500),
    legs: () => legs([own, -500], [used, 500], [minutesOf(client), -500], [platformUsed(client), 500]),
  };
  const empty: Head = { seq: 0, hash: GENESIS, after: emptyState(minutesOf(client)) };
  const transfer = composeTransfer(client, draft, nameDraft(client, draft), (account) => (account === own ? head : empty));
  const entryOn = (account: string) => transfer.postings.find((posting) => posting.account === account);
  const postings = parts.map(({ account, amount }) => ({ ...entryOn(account), account, amount }));
  const slots = postings.flatMap(({ account, seq }) => (seq === undefined ? [] : [slotOf(account, seq)]));
  assert.deepEqual(
    await appendTransfers([{ ...transfer, slots, postings }]),
    { written: 1 },
    'the index does not refuse a slot twice in one transfer',
  );
  return complaints(client);
}

test('usage.record C9: a transfer has one posting per account; the audit catches two, which the index admits', async () => {
  assert.deepEqual(await writesOneEntry(legs), []);
  const unmerged: Merge = (...movements) => movements.map(([account, amount]) => ({ account, amount }));
  const found = await writesOneEntry(unmerged);
  assert(found.includes('every entry of a guarded account has its slot, and nothing else has'), found.join());
});

type ReadHead = (scope: ClientScope, account: string) => Promise<unknown>;

/** Moves the accounts aaa and minutes in one transfer. A client whose name sorts between them has nothing. */
async function findsNothingInBetween(read: ReadHead): Promise<void> {
  const first = { ...newClient(), subject: 'aaa' };
  await real()(first, [recharge(first, 'start', 1000), debit(first, 'call', 100)]);
  assert.equal(await read(first, 'client.bbb'), undefined);
  assert.notEqual(await read(first, 'client.aaa'), undefined);
}

test('credits.balance T2: an account without entries has none; without $elemMatch a query finds others', async () => {
  await findsNothingInBetween(readHead);
  const withoutElemMatch: ReadHead = async ({ agencyId, world }, account) => {
    const slots = { $gte: `${account}#`, $lt: `${account}$` };
    const [newest] = await TransferModel.find({ agencyId, world, slots }).hint({ agencyId: 1, slots: 1 }).limit(1).lean();
    return newest;
  };
  await assert.rejects(findsNothingInBetween(withoutElemMatch), assert.AssertionError);
});
