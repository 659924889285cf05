import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStanding } from '../../../api/ledger/standing.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { isFreeBackWhole, readFreeReturned, returnFree } from '../../../api/ledger/transfers/free-returns.ts';
import { allocateCredits, endFree, grantFree, readMinutes } from '../../../api/ledger/transfers/grants.ts';
import { openEngine } from '../../support/engine.ts';
import { runs } from '../../support/runs.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const FREE = 10_000;
const event = fc.oneof(
  fc.record({ what: fc.constantFrom('call' as const, 'gift' as const), millis: fc.integer({ min: 1, max: 12 }).map((one) => one * 1000) }),
  fc.record({ what: fc.constant('return' as const), millis: fc.integer({ min: 0, max: FREE }) }),
);

test('webhooks.stripe RL17: whatever happens, free credits go back up to the total and no more than are unused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
      const client = newClient();
      const about = { cause: `${client.clientId}:pln_x`, orderId: 'ord_x', ...somebody };
      await grantFree(client, { millis: FREE, cause: about.cause, ...somebody });
      const start = (await readMinutes(client)).available;
      let [unused, returned, calls, paid] = [FREE, 0, 0, 0];
      for (const { what, millis } of events) {
        calls += 1;
        if (what === 'gift') {
          await allocateCredits(client, { requestId: `${client.subject}-${calls}`, millis, description: 'A gift', ...somebody });
        } else if (what === 'call') {
          const before = (await readStanding(client)).state.available;
          await chargeCall(client, {
            callId: `${client.subject}-${calls}`,
            seconds: (millis / 1000) * 60,
            rounding: bySecond,
            ...somebody,
          });
          const used = Math.min(unused, millis, before);
          unused -= used;
          paid += millis - used;
        } else {
          // Three at once, as processes do that hear of the same refund.
          await Promise.all([1, 2, 3].map(() => returnFree(client, { ...about, totalMillis: millis })));
          const moved = Math.min(millis - returned, unused);
          [unused, returned] = [unused - moved, returned + moved];
        }
        const { lots, debt = 0 } = (await readStanding(client)).state;
        const left = lots.reduce((sum, lot) => sum + (lot.prepaid ? lot.remaining : 0), 0);
        assert.deepEqual(
          { left, debt, back: (await readFreeReturned(client, about.cause)).millis },
          { left: unused, debt: 0, back: returned },
        );
        assert.equal((await readMinutes(client)).available, start + returned - paid);
        assert.equal(await isFreeBackWhole(client, { cause: about.cause, millis: FREE }), returned === FREE);
      }
    }),
    { numRuns: runs(10) },
  );
  assert.equal((await audit()).violations, 0);
});

test('webhooks.stripe RL17: of a grant and the end of its promise at the same time one counts, and both know which', async () => {
  for (let round = 0; round < 10; round += 1) {
    const client = newClient();
    const promise = { millis: FREE, cause: `${client.clientId}:pln_x`, ...somebody };
    const granting = () =>
      grantFree(client, promise).then(
        () => 'came',
        ({ code }) => code,
      );
    const order = round % 2 === 0 ? [granting(), endFree(client, promise)] : [endFree(client, promise), granting()];
    await Promise.all(order);
    const came = await granting();
    assert.ok(came === 'came' || came === 'order.money_returned');
    assert.equal((await readStanding(client)).state.available, came === 'came' ? FREE : 0);
    await returnFree(client, { ...promise, orderId: 'ord_x', totalMillis: FREE });
    assert.equal(await isFreeBackWhole(client, promise), true);
    assert.equal((await readStanding(client)).state.available, 0);
  }
});
