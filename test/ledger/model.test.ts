import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { audit } from '../../api/domain/audit/audit.ts';
import { readStatement } from '../../api/domain/credits/statement.ts';
import { settleCall } from '../../api/ledger/transfers/calls.ts';
import { allocateCredits, grantFree, grantMinutes, readBalance, readMinutes, rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { holdForOrder, refundOrderHold, settleOrderHold } from '../../api/ledger/transfers/orders.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import type { Transfer } from '../../api/models/transfer.ts';
import { openEngine } from '../support/engine.ts';
import { runs } from '../support/runs.ts';
import { bySecond, newClient, somebody } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

/** Concurrent operations, as many as wait for a connection of a busy machine without being given up. */
const AT_ONCE = 250;

/** A command: its kind, client, amount (milli-credits, or seconds of a call) and attempt, so that some are repetitions. */
const command = fc.record({
  what: fc.constantFrom('free', 'allocate', 'recharge', 'call', 'call', 'call', 'call', 'order', 'order', 'return'),
  who: fc.nat(4),
  // Few of them, so that what is repeated often has the same amount.
  amount: fc.integer({ min: 1, max: 30 }).map((count) => count * 29),
  attempt: fc.nat(300),
});
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** Orders and delivers something at once. */
async function order(client: ClientScope, key: string, millis: number) {
  await holdForOrder(client, { key, millis, takesFree: false, ...somebody });
  return settleOrderHold(client, { key, millis, ...somebody });
}

/** @returns the outcome's name and the amount that it cost or brought */
async function run(client: ClientScope, { what, amount, attempt }: Command): Promise<string> {
  const requestId = `${client.subject}-${attempt}`;
  const millis = amount * 10;
  const act = {
    free: () => grantFree(client, { millis, ...somebody }),
    allocate: () => allocateCredits(client, { requestId, millis, description: 'By chance', ...somebody }),
    recharge: () => rechargeCredits(client, { requestId, millis, ...somebody }),
    call: () => settleCall(client, { callId: requestId, seconds: amount, rounding: bySecond, ...somebody }),
    order: () => order(client, requestId, millis),
    return: () => refundOrderHold(client, { key: requestId, ...somebody }),
  }[what];
  try {
    return (await act?.())?.repeated ? 'repeated' : 'done';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}

/** Computes the same with plain sums: free credits burn first, then the promised ones. It remembers the outcome of each cause. */
class Model {
  free = 0;
  promised = 0;
  used = 0;
  assigned = 0;
  minutes = 0;
  readonly #past = new Map<string, { amount: number; outcome: string }>();

  run({ what, amount, attempt }: Command): string {
    if (what === 'return') return this.#return(attempt);
    const cause = what === 'free' ? 'free' : `${what}/${attempt}`;
    const past = this.#past.get(cause);
    const mismatch = what === 'call' ? 'usage.mismatch' : 'idempotency.mismatch';
    if (past) return past.amount !== amount ? mismatch : past.outcome === 'done' ? 'repeated' : past.outcome;
    const outcome =
      what === 'call'
        ? this.#charge(Number((BigInt(amount) * 1000n + 59n) / 60n))
        : what === 'order'
          ? this.#order(amount * 10)
          : this.#grant(what, amount * 10);
    this.#past.set(cause, { amount, outcome });
    return outcome;
  }

  #grant(what: string, millis: number): string {
    if (what === 'free') {
      this.free += millis;
      this.minutes -= millis;
    } else this.promised += millis;
    this.assigned += millis;
    return 'done';
  }

  /** Free credits buy only calls, and orders do not move the agency's minutes. */
  #order(price: number): string {
    if (this.promised < price) return 'credits.insufficient';
    this.promised -= price;
    this.used += price;
    return 'done';
  }

  #return(attempt: number): string {
    const bought = this.#past.get(`order/${attempt}`);
    if (bought?.outcome !== 'done') return 'order.not_done';
    if (this.#past.has(`return/${attempt}`)) return 'repeated';
    this.#past.set(`return/${attempt}`, { amount: bought.amount, outcome: 'done' });
    this.promised += bought.amount * 10;
    this.used -= bought.amount * 10;
    return 'done';
  }

  #charge(cost: number): string {
    const free = Math.min(this.free, cost);
    const promised = Math.min(this.promised, cost - free);
    this.free -= free;
    this.promised -= promised;
    this.minutes -= cost - free; // also the part that the client did not have
    this.used += free + promised;
    return 'done';
  }
}

test('credits.statement C4: in sequence, every command does the same as a model of plain sums', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 80 }), async (commands) => {
      const client = newClient();
      const model = new Model();
      for (const one of commands) {
        assert.equal(await run(client, one), model.run(one));
      }
      const { available } = await readBalance(client, view);
      assert.equal(available, model.free + model.promised);
      assert.equal((await readMinutes(client)).available, model.minutes);
      const { lifetime } = await readStatement(client, { limit: 1 });
      assert.deepEqual(lifetime, { assigned: model.assigned, used: model.used, reversed: 0 });
    }),
    { numRuns: runs(4) },
  );
});

test('credits.statement C4: after thousands of random concurrent operations every balance is the sum of its entries', {
  timeout: 120_000,
}, async () => {
  const commands = fc.sample(command, runs(2000));
  const agencyId = newClient().agencyId;
  const clients = Array.from({ length: 5 }, () => newClient(agencyId));
  await grantMinutes(clients[0]!, { cause: agencyId, millis: 1_000_000, ...somebody });
  const outcomes = new Map<string, number>();
  for (let start = 0; start < commands.length; start += AT_ONCE) {
    const results = await Promise.all(commands.slice(start, start + AT_ONCE).map((one) => run(clients[one.who]!, one)));
    for (const outcome of results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  for (const outcome of ['done', 'repeated', 'credits.insufficient', 'usage.mismatch', 'idempotency.mismatch']) {
    assert((outcomes.get(outcome) ?? 0) > 0, `${outcome} was met`);
  }

  const sums = new Map<string, number>();
  for await (const { postings } of mongoose.connection.collection<Transfer>('transfers').find({ agencyId })) {
    for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0) + amount);
  }
  for (const client of clients) {
    assert.equal((await readBalance(client, view)).available, sums.get(`client.${client.subject}`) ?? 0);
  }
  assert.equal((await readMinutes(clients[0]!)).available, sums.get('minutes.test.0'));
  assert.equal(
    [...sums.values()].reduce((total, sum) => total + sum, 0),
    0,
    'nothing appeared and nothing vanished',
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report));
});

test('credits.statement C4: no model function rewrites an entry, and the schema refuses every attempt', async () => {
  const client = newClient();
  const { transferId } = await rechargeCredits(client, { requestId: 'once', millis: 1000, ...somebody });
  const Transfers = mongoose.model('Transfer');
  await assert.rejects(Transfers.updateOne({ _id: transferId }, { $set: { kind: 'other' } }).exec(), /never changed/);
  await assert.rejects(Transfers.findOneAndUpdate({ _id: transferId }, { $set: { kind: 'other' } }).exec(), /never changed/);
  await assert.rejects(Transfers.deleteOne({ _id: transferId }).exec(), /never changed/);
  await assert.rejects(Transfers.deleteMany({}).exec(), /never changed/);
  const document = await Transfers.findById(transferId).orFail();
  document.set('kind', 'other');
  await assert.rejects(document.save(), /never changed/);
  await assert.rejects(Transfers.bulkWrite([{ deleteOne: { filter: { _id: transferId } } }]), /never changed/);
});
