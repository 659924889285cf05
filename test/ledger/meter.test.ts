import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../api/domain/audit/audit.ts';
import { clientOf } from '../../api/ledger/accounts.ts';
import { linkHash } from '../../api/ledger/chain.ts';
import { readStanding } from '../../api/ledger/standing.ts';
import { stateAfter } from '../../api/ledger/state/states.ts';
import { chargeCall } from '../../api/ledger/transfers/calls.ts';
import { readBalance, rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { readHead } from '../../api/models/entry.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import { appendTransfers, prefixOf, slotOf, type Transfer } from '../../api/models/transfer.ts';
import { openEngine } from '../support/engine.ts';
import { bySecond, newClient, somebody } from './people.ts';
import { Writers } from './processes.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const give = (client: ClientScope, requestId: string, millis: number) => rechargeCredits(client, { requestId, millis, ...somebody });
const use = (client: ClientScope, callId: string, credits: number) =>
  chargeCall(client, { callId, seconds: credits * 60, rounding: bySecond, ...somebody });
const figures = async (client: ClientScope) => {
  const { available, held, used, assigned, level } = await readBalance(client, view);
  return { available, held, used, assigned, level };
};

/** Writes a transfer of a client as a process with rules 2 wrote it: a lot that is used up has left. */
async function writeAsBefore(
  client: ClientScope,
  kind: string,
  cause: string,
  amounts: { client: number; issued?: number; used?: number },
) {
  const account = clientOf(client);
  const head = await readHead(client, account);
  const { agencyId, world } = client;
  const [_id, seq] = [`${prefixOf(client)}${kind}/${cause}`, (head?.seq ?? 0) + 1];
  const legs = Object.entries(amounts).map(([name, amount]) => ({ account: name === 'client' ? account : `${name}.${world}`, amount }));
  const before = head?.after ?? { available: 0, held: 0, used: 0, assigned: 0, lots: [] };
  const state = stateAfter(before, { kind, cause, legs, account, rules: 2 });
  const hash = linkHash(head?.hash ?? '', { _id, kind, at: somebody.at, account, amount: amounts.client, seq, after: state });
  const postings = legs.map((leg) => (leg.account === account ? { ...leg, seq, after: state, hash } : leg));
  const transfer: Transfer = {
    ...{ _id, agencyId, world, kind, ...somebody, writtenAt: new Date(), input: 'before', rules: 2 },
    slots: [slotOf(account, seq)],
    postings,
  };
  assert.deepEqual(await appendTransfers([transfer]), { written: 1 });
}

test('credits.balance C2 C4: an account of before goes on, and the audit replays each entry by its own rules', async () => {
  const client = newClient();
  await writeAsBefore(client, 'credits.recharge', 'first', { client: 100_000, issued: -100_000 });
  await writeAsBefore(client, 'credits.recharge', 'second', { client: 50_000, issued: -50_000 });
  await writeAsBefore(client, 'usage.record', 'old', { client: -105_000, used: 105_000 });
  assert.deepEqual(await figures(client), { available: 45_000, held: 0, used: 5000, assigned: 50_000, level: 'enough' });
  await use(client, 'new', 45);
  assert.deepEqual(await figures(client), { available: 0, held: 0, used: 50_000, assigned: 50_000, level: 'empty' });
  assert.equal((await readStanding(client)).state.lots.length, 1, 'the used-up lot is listed');
  await give(client, 'third', 100_000);
  assert.deepEqual(await figures(client), { available: 100_000, held: 0, used: 0, assigned: 100_000, level: 'enough' });
  const { checks } = await audit();
  const replay = checks.find(({ name }) => name.startsWith('every balance follows'));
  assert.deepEqual({ ok: replay?.ok, errors: replay?.ok ? [] : replay }, { ok: true, errors: [] });
});

test('credits.balance C2: after kills while lots are used up, the meter shows what was charged, and no lot twice', {
  timeout: 60_000,
}, async () => {
  const client = newClient();
  const LOTS = 20;
  for (let index = 0; index < LOTS; index += 1) await give(client, `lot-${index}`, 1000);
  // Three calls of 0.4 credits use up a lot, so every third one closes one.
  const calls = Array.from({ length: (LOTS * 1000) / 400 }, (_, index) => ({ client, callId: `call-${index}`, seconds: 24 }));
  const writers = new Writers(engine.uri);
  let last = 0;
  for (let run = 0; run < 4; run += 1) {
    const writer = writers.start({ calls: calls.slice(run * 8), atOnce: 4 });
    await writer.saying(2 + run);
    await writer.kill();
    const { available, used, assigned } = await figures(client);
    assert.deepEqual({ sum: available + used, assigned }, { sum: LOTS * 1000, assigned: LOTS * 1000 });
    assert.ok(used >= last, 'it fell');
    last = used;
  }
  for (const { callId, seconds } of calls) await chargeCall(client, { callId, seconds, rounding: bySecond, ...somebody });
  assert.deepEqual(await figures(client), { available: 0, held: 0, used: LOTS * 1000, assigned: LOTS * 1000, level: 'empty' });
  await give(client, 'again', 100_000);
  assert.deepEqual(await figures(client), { available: 100_000, held: 0, used: 0, assigned: 100_000, level: 'enough' });
  assert.equal((await readStanding(client)).state.lots.length, 1);
});
