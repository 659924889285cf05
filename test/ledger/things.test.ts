import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../api/domain/audit/audit.ts';
import { clientOf } from '../../api/ledger/accounts.ts';
import { amountOn } from '../../api/ledger/reading.ts';
import { readThings } from '../../api/ledger/things.ts';
import { chargeCall } from '../../api/ledger/transfers/calls.ts';
import { closeAccount } from '../../api/ledger/transfers/closing.ts';
import { rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { openEngine } from '../support/engine.ts';
import { bySecond, newClient, somebody } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

test('credits.history C18: the rows of a closed account add up to nothing, page by page, and the audit agrees', async () => {
  const client = newClient();
  await rechargeCredits(client, { requestId: 'first', millis: 5000, ...somebody });
  await chargeCall(client, { callId: `call-${client.subject}`, seconds: 60, rounding: bySecond, ...somebody });
  await closeAccount(client, somebody);
  const kinds: string[] = [];
  let sum = 0;
  for (let before: number | undefined; ; ) {
    const { things, asOf, next } = await readThings(client, { limit: 1, asOf: 3, before });
    assert.equal(asOf.state.available, 0);
    for (const { first, transfers } of things) {
      kinds.push(first.kind);
      for (const transfer of transfers) sum += amountOn(transfer, clientOf(client));
    }
    if (next === null) break;
    before = next;
  }
  assert.deepEqual({ kinds, sum }, { kinds: ['account.close', 'usage.record', 'credits.recharge'], sum: 0 });
  assert.equal((await audit()).violations, 0);
});

test('credits.history C18: an earlier moment shows what counted then', async () => {
  const client = newClient();
  for (const requestId of ['a', 'b', 'c']) await rechargeCredits(client, { requestId, millis: 1000, ...somebody });
  const { things, asOf } = await readThings(client, { limit: 10, asOf: 2 });
  assert.deepEqual({ things: things.length, seq: asOf.seq, available: asOf.state.available }, { things: 2, seq: 2, available: 2000 });
});
