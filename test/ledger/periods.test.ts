import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { clientOf } from '../../api/ledger/accounts.ts';
import { readPeriod } from '../../api/ledger/periods.ts';
import { readThings } from '../../api/ledger/things.ts';
import { settleCall } from '../../api/ledger/transfers/calls.ts';
import { rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { expireHolds, holdCredits } from '../../api/ledger/transfers/holds.ts';
import { holdForOrder, refundOrderHold, settleOrderHold } from '../../api/ledger/transfers/orders.ts';
import { postingOn } from '../../api/models/entry.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import type { Transfer } from '../../api/models/transfer.ts';
import { DAY_MS, later } from '../../api/rules/time.ts';
import { openEngine } from '../support/engine.ts';
import { runs } from '../support/runs.ts';
import { bySecond, newClient, noErrors } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

const START = new Date('2026-01-01T00:00:00Z');
const DAYS = 40;
/** How far two clocks may be apart. */
const SKEW_MS = 60 * 60_000;
const policy = { kind: 'unlimited' } as const;

/** An event, with the days since the one before and the minutes by which the clock of the writing process is off. */
const event = fc.record({
  what: fc.constantFrom('recharge', 'call', 'hold', 'end', 'late', 'order', 'settle', 'refund'),
  days: fc.nat(3),
  offMinutes: fc.integer({ min: -30, max: 30 }),
  subject: fc.nat(4),
});
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

async function act(client: ClientScope, { what, subject }: Event, at: Date, nth: number): Promise<unknown> {
  const [callId, key] = [`${client.subject}-c${subject}`, `${client.subject}-o${subject}`];
  const by = { actor: 'test', at };
  const acts = {
    recharge: () => rechargeCredits(client, { requestId: `${client.subject}-${nth}`, millis: 5000, ...by }),
    call: () => settleCall(client, { callId: `${client.subject}-${nth}`, seconds: 7, rounding: bySecond, ...by }),
    hold: () => holdCredits(client, { holdId: callId, millis: 500, expiresAt: at, policy, ...by }),
    end: () => settleCall(client, { callId, seconds: 11, rounding: bySecond, ...by }),
    // A call that is reported after its hold has expired.
    late: async () => {
      await expireHolds(later(at, 1), noErrors);
      return settleCall(client, { callId, seconds: 13, rounding: bySecond, ...by });
    },
    order: () => holdForOrder(client, { key, millis: 700, takesFree: true, ...by }),
    settle: () => settleOrderHold(client, { key, millis: 600, ...by }),
    refund: () => refundOrderHold(client, { key, ...by }),
  };
  return acts[what]().catch((error: unknown) => assert.ok(error instanceof Error && 'code' in error, String(error)));
}

/** Reads everything in one page of things, as the entries of each. */
async function readWhole(client: ClientScope): Promise<Map<string, string[]>> {
  const { things } = await readThings(client, { limit: 100 });
  return new Map(things.map(({ first, transfers }) => [first._id, transfers.map(({ _id }) => _id)]));
}

test('credits.export C18: adjoining times add up, each entry once and under its thing, whatever the clocks say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 30 }),
      fc.uniqueArray(fc.nat(DAYS), { maxLength: 5 }),
      async (events, days) => {
        const client = newClient();
        let at = START;
        for (const [nth, one] of events.entries()) {
          at = later(at, one.days * DAY_MS);
          await act(client, one, later(at, one.offMinutes * 60_000), nth);
        }
        const bounds = [undefined, ...days.sort((a, b) => a - b).map((day) => later(START, day * DAY_MS)), undefined];
        const found = new Map<string, string[]>();
        let before = { seq: 0, available: 0 };
        for (const [index, from] of bounds.slice(0, -1).entries()) {
          const { opening, closing, things } = await readPeriod(client, { from, until: bounds[index + 1], most: 100 });
          assert.deepEqual({ seq: opening.seq, available: opening.state.available }, before, 'opens with what the time before closed with');
          const entries = things.flatMap(({ transfers }) => transfers);
          const amount = entries.reduce((sum, transfer) => sum + amountOf(client, transfer), 0);
          assert.equal(opening.state.available + amount, closing.state.available);
          for (const transfer of entries) {
            assert.ok(from === undefined || transfer.at > later(from, -SKEW_MS), `${transfer.at.toISOString()} is before this time`);
            const until = bounds[index + 1];
            assert.ok(until === undefined || transfer.at < later(until, SKEW_MS), `${transfer.at.toISOString()} is after this time`);
          }
          before = { seq: closing.seq, available: closing.state.available };
          for (const { first, transfers } of things)
            found.set(first._id, [...(found.get(first._id) ?? []), ...transfers.map(({ _id }) => _id)]);
        }
        assert.deepEqual(found, await readWhole(client).then((whole) => new Map([...whole].toReversed())));
      },
    ),
    { numRuns: runs(25) },
  );
});

const amountOf = (client: ClientScope, transfer: Transfer): number => postingOn(transfer, clientOf(client)).amount;

test('credits.export C18: a time with more entries than a file holds is refused with both numbers', async () => {
  const client = newClient();
  for (const requestId of ['a', 'b', 'c'])
    await rechargeCredits(client, { requestId: `${client.subject}-${requestId}`, millis: 1, actor: 'test', at: START });
  await assert.rejects(readPeriod(client, { most: 2 }), { code: 'statement.too_long', values: { entries: 3, most: 2 } });
  assert.equal((await readPeriod(client, { most: 3 })).things.length, 3);
});
