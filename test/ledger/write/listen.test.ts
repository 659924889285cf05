import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { clientOf } from '../../../api/ledger/accounts.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { keyOf } from '../../../api/ledger/write/heads.ts';
import { EntryListener } from '../../../api/ledger/write/listen.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { smallWriter } from '../mutants/writers.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const give = (client: ClientScope, requestId: string) => rechargeCredits(client, { requestId, millis: 5, ...somebody });
const listenTo = (client: ClientScope, signal = new AbortController().signal) => new EntryListener(keyOf(client, clientOf(client)), signal);
/** Tells whether it waits, after everything that is due by now. */
async function isWaiting(waiting: Promise<void>): Promise<boolean> {
  let isOver = false;
  void waiting.finally(() => {
    isOver = true;
  });
  for (let turns = 0; turns < 3; turns += 1) await turn();
  return !isOver;
}

test('live.stream U7: who listens is woken by the next entry of its account, and by no other', { timeout: 20_000 }, async () => {
  const [client, other] = [newClient(), newClient()];
  const [own, others] = [listenTo(client), listenTo(other)];
  const [waiting, still] = [own.waitForEntryAfter(0), others.waitForEntryAfter(0)];
  assert.equal(await isWaiting(waiting), true);
  await give(client, 'a');
  await waiting;
  assert.equal(await isWaiting(still), true);
  await own.waitForEntryAfter(0);
  const second = own.waitForEntryAfter(1);
  assert.equal(await isWaiting(second), true, 'the first entry is known');
  await give(client, 'b');
  await second;
  others.announce(1);
  await still;
  own.close();
  others.close();
});

test('live.stream U7: an announcement that was forgotten does not wake anybody again', { timeout: 20_000 }, async () => {
  const listener = listenTo(newClient());
  listener.announce(7);
  listener.announce(3);
  await listener.waitForEntryAfter(6);
  listener.forget();
  const waiting = listener.waitForEntryAfter(0);
  assert.equal(await isWaiting(waiting), true);
  listener.announce(1);
  await waiting;
  listener.close();
});

test('live.stream U7: who leaves waits for nothing, before and while it waits', { timeout: 20_000 }, async () => {
  const leaving = new AbortController();
  const listener = listenTo(newClient(), leaving.signal);
  const waiting = listener.waitForEntryAfter(0);
  assert.equal(await isWaiting(waiting), true);
  leaving.abort();
  await waiting;
  await listener.waitForEntryAfter(0);
  listener.close();
});

test('live.stream U7: who listens hears when the entries cannot be read, then and later', { timeout: 20_000 }, async () => {
  const listener = listenTo(newClient());
  const waiting = listener.waitForEntryAfter(0);
  listener.fail(new Error('unreachable'));
  await assert.rejects(waiting, /unreachable/);
  await assert.rejects(listener.waitForEntryAfter(0), /unreachable/);
  listener.close();
});

test('live.stream U7: of several listeners of one account each is woken, until it is closed', { timeout: 20_000 }, async () => {
  const client = newClient();
  const [first, second] = [listenTo(client), listenTo(client)];
  first.close();
  const [closed, open] = [first.waitForEntryAfter(0), second.waitForEntryAfter(0)];
  await give(client, 'a');
  await open;
  assert.equal(await isWaiting(closed), true);
  second.close();
});

test('live.stream U7: entries of another process are heard, also by who comes after all others have left', {
  timeout: 20_000,
}, async () => {
  for (const cause of ['a', 'b']) {
    const client = newClient();
    const account = clientOf(client);
    const listener = listenTo(client);
    const waiting = listener.waitForEntryAfter(0);
    const legsOf = (stateOf: Parameters<Parameters<ReturnType<typeof smallWriter>>[1][number]['legs']>[0]) =>
      legs(...promiseTo(client, stateOf(account), 5));
    const draft = { ...somebody, kind: 'credits.recharge', cause, content: cause, guarded: [account], legs: legsOf } as const;
    assert.deepEqual(await smallWriter({})(client, [draft]), [undefined]);
    await waiting;
    listener.close();
  }
});
