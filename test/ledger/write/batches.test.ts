import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { audit } from '../../../api/domain/audit/audit.ts';
import { clientOf } from '../../../api/ledger/accounts.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { readBalance, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../../api/ledger/transfers/holds.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { smallWriter } from '../mutants/writers.ts';
import { bySecond, newClient, secondsFor, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const available = async (client: ClientScope) => (await readBalance(client, view)).available;
let causes = 0;
const charge = (client: ClientScope, millis: number) =>
  chargeCall(client, { ...somebody, callId: `call-${causes++}`, seconds: secondsFor(millis), rounding: bySecond });
const start = (client: ClientScope, millis: number) =>
  holdCredits(client, {
    ...somebody,
    holdId: `call-${causes++}`,
    millis,
    expiresAt: new Date('2100-01-01'),
    policy: { kind: 'unlimited' },
  });
const bring = (client: ClientScope, millis: number) => rechargeCredits(client, { ...somebody, requestId: `request-${causes++}`, millis });

/** Writes as another process would, unknown to this one. */
async function bringFromElsewhere(client: ClientScope, millis: number): Promise<void> {
  const account = clientOf(client);
  const draft = {
    ...somebody,
    kind: 'credits.recharge',
    cause: `elsewhere-${causes++}`,
    content: {},
    guarded: [account],
    legs: (stateOf) => legs(...promiseTo(client, stateOf(account), millis)),
  } satisfies Parameters<ReturnType<typeof smallWriter>>[1][number];
  assert.deepEqual(await smallWriter({})(client, [draft]), [undefined]);
}

/** Starts the first, and then the second while the first are being written, so that the second are composed behind them. */
async function inTwoWaves<Result>(first: () => Promise<Result>[], second: () => Promise<Result>[]): Promise<Result[]> {
  const ahead = first();
  for (let turns = 0; turns < 3; turns += 1) await turn();
  return Promise.all([...ahead, ...second()]);
}

test('usage.record C9: transfers behind a batch that met another process are composed anew, without a gap', async () => {
  const client = newClient();
  await bring(client, 100_000);
  for (let round = 0; round < 10; round += 1) {
    await charge(client, 50); // so that its head is remembered
    await bringFromElsewhere(client, 1000);
    const many = () => Array.from({ length: 20 }, () => charge(client, 50));
    const charged = await inTwoWaves(many, many);
    assert(charged.every(({ repeated }) => !repeated));
  }
  assert.equal(await available(client), 100_000 + 10 * 1000 - 10 * 41 * 50);
  assert.equal((await audit()).violations, 0);
});

test('calls.start F23: a transfer behind a batch in flight is not refused from a remembered head', async () => {
  const [client, other] = [newClient(), newClient()];
  await bring(other, 100_000);
  for (let round = 0; round < 10; round += 1) {
    await bring(client, 50);
    await charge(client, 50); // this process knows of nothing left
    await charge(other, 50);
    await bringFromElsewhere(client, 50);
    await inTwoWaves(
      (): Promise<unknown>[] => [charge(other, 50)],
      () => [start(client, 50)],
    );
  }
  assert.equal(await available(client), 0);
  assert.equal((await audit()).violations, 0);
});

test('calls.start F23: all calls behind a batch that uses everything up are refused', async () => {
  const client = newClient();
  await bring(client, 500);
  const refused = async (call: Promise<unknown>) =>
    call.then(
      () => false,
      ({ code }) => code === 'credits.insufficient',
    );
  const calls = (count: number) => () => Array.from({ length: count }, () => refused(start(client, 50)));
  const refusals = await inTwoWaves(calls(8), calls(8));
  assert.equal(refusals.filter((isRefused) => isRefused).length, 6);
  assert.equal(await available(client), 0);
  assert.equal((await audit()).violations, 0);
});
