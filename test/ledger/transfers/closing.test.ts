import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStanding } from '../../../api/ledger/standing.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { closeAccount } from '../../../api/ledger/transfers/closing.ts';
import { allocateCredits, grantFree, readMinutes } from '../../../api/ledger/transfers/grants.ts';
import { holdForOrder, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { openEngine } from '../../support/engine.ts';
import { runs } from '../../support/runs.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const amount = fc.integer({ min: 0, max: 300 }).map((count) => count * 100);

test('accounts.delete MT23: whatever came before, a closed account returns exactly its unused free credits', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(amount, fc.array(amount, { maxLength: 3 }), fc.nat(900), fc.nat(200), async (free, given, seconds, held) => {
      const client = newClient();
      if (free > 0) await grantFree(client, { millis: free, ...somebody });
      for (const [index, millis] of given.entries())
        if (millis > 0)
          await allocateCredits(client, { requestId: `${client.subject}-${index}`, millis, description: 'A gift', ...somebody });
      await chargeCall(client, { callId: client.subject, seconds, rounding: bySecond, ...somebody });
      const bought = given.reduce((sum, millis) => sum + millis, 0) - Math.max(0, (await readStanding(client)).state.used - free);
      const key = `order-${client.subject}`;
      const isHeld = held > 0 && bought >= held;
      if (isHeld) await holdForOrder(client, { key, millis: held, takesFree: false, ...somebody });
      const before = await readStanding(client);
      const minutes = (await readMinutes(client)).available;
      const unused = before.state.lots.reduce((sum, lot) => sum + (lot.prepaid ? lot.remaining : 0), 0);
      // Two at once and one more, as processes do that finish the same deletion.
      await Promise.all([closeAccount(client, somebody), closeAccount(client, somebody)]);
      await closeAccount(client, somebody);
      const { seq, state } = await readStanding(client);
      assert.deepEqual({ available: state.available, held: state.held }, { available: 0, held: isHeld ? held : 0 });
      assert.equal(seq, before.seq + (before.state.available > 0 ? 1 : 0));
      assert.equal((await readMinutes(client)).available, minutes + unused);
      if (isHeld) await voidOrderHold(client, { key, ...somebody });
      await closeAccount(client, somebody);
      const left = await readStanding(client);
      assert.deepEqual({ available: left.state.available, held: left.state.held }, { available: 0, held: 0 });
      assert.equal((await readMinutes(client)).available, minutes + unused);
    }),
    { numRuns: runs(8) },
  );
  assert.equal((await audit()).violations, 0);
});
