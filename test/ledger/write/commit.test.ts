import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Refusal, refuse } from '../../../api/contract/refusal.ts';
import { clientOf, issuedBy, minutesOf, platformIssued } from '../../../api/ledger/accounts.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { readStanding } from '../../../api/ledger/standing.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { commit } from '../../../api/ledger/write/commit.ts';
import type { Draft } from '../../../api/ledger/write/draft.ts';
import { onWritten } from '../../../api/ledger/write/written.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { type Transfer, TransferModel } from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { smallWriter } from '../mutants/writers.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const gift = (client: ClientScope, cause: string, millis = 5): Draft => ({
  ...somebody,
  kind: 'credits.recharge',
  cause,
  content: { millis },
  guarded: [clientOf(client)],
  legs: (stateOf) => legs(...promiseTo(client, stateOf(clientOf(client)), millis)),
});
/** Refused for good unless the client has as much. */
const need = (client: ClientScope, cause: string, millis: number): Draft => ({
  ...gift(client, cause, millis),
  legs: (stateOf) =>
    stateOf(clientOf(client)).available < millis ? 'credits.insufficient' : legs(...promiseTo(client, stateOf(clientOf(client)), millis)),
});
const standing = async (client: ClientScope) => {
  const { seq, state } = await readStanding(client);
  return { seq, available: state.available };
};
const outcomeOf = (done: Promise<{ repeated: boolean }>) =>
  done.then(
    ({ repeated }) => (repeated ? 'repeated' : 'written'),
    (error: Error) => (error instanceof Refusal ? error.code : error.message),
  );

test('credits.recharge C17: of the same cause at once, one is written and the others hear of it', async () => {
  const client = newClient();
  const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(commit(client, gift(client, 'r')))));
  assert.deepEqual(outcomes, ['written', 'repeated', 'repeated']);
  assert.equal(await outcomeOf(commit(client, gift(client, 'r'))), 'repeated');
  assert.deepEqual(await standing(client), { seq: 1, available: 5 });
});

test('credits.recharge C17: another content of the same cause is refused, with the code that the draft chooses', async () => {
  const client = newClient();
  const other = (more: Partial<Draft>) => outcomeOf(commit(client, { ...gift(client, 'r', 6), ...more }));
  const first = commit(client, gift(client, 'r'));
  assert.equal(await other({}), 'idempotency.mismatch', 'while it is written');
  const { transfer } = await first;
  assert.equal(await other({}), 'idempotency.mismatch', 'afterwards');
  assert.equal(await other({ mismatch: 'usage.mismatch' }), 'usage.mismatch');
  assert.equal(await other({ mismatch: (there) => (there._id === transfer._id ? 'call.over' : 'usage.mismatch') }), 'call.over');
  assert.deepEqual(await standing(client), { seq: 1, available: 5 });
});

test('calls.start F23: a final refusal is written once and stays, also beside what would change it', async () => {
  const client = newClient();
  const outcomes = await Promise.all([
    outcomeOf(commit(client, need(client, 'n', 5))),
    outcomeOf(commit(client, gift(client, 'r'))),
    outcomeOf(commit(client, need(client, 'later', 5))),
  ]);
  assert.deepEqual(outcomes, ['credits.insufficient', 'written', 'written']);
  assert.equal(await outcomeOf(commit(client, need(client, 'n', 5))), 'credits.insufficient');
  assert.equal(await TransferModel.countDocuments({ agencyId: client.agencyId, refused: 'credits.insufficient' }), 1);
});

test('credits.recharge C17: a refusal that may pass is not kept, and fails nobody beside it', async () => {
  const client = newClient();
  const passing: Draft = { ...gift(client, 'p'), legs: () => refuse('agency.minutes_exhausted') };
  const outcomes = await Promise.all([gift(client, 'a'), passing, gift(client, 'b')].map((draft) => outcomeOf(commit(client, draft))));
  assert.deepEqual(outcomes, ['written', 'agency.minutes_exhausted', 'written']);
  assert.equal(await outcomeOf(commit(client, gift(client, 'p'))), 'written', 'the same cause may come again');
  assert.deepEqual(await standing(client), { seq: 3, available: 15 });
});

test('the ledger I4: a draft that is a bug fails alone, and those before and behind it are written', async () => {
  const client = newClient();
  await commit(client, gift(client, 'start'));
  const bug: Draft = { ...gift(client, 'bug'), legs: () => legs([clientOf(client), 5], [issuedBy(client), -4]) };
  const unsaid: Draft = { ...gift(client, 'unsaid'), guarded: [] };
  const outcomes = await Promise.all(
    [gift(client, 'a'), bug, gift(client, 'b'), unsaid, gift(client, 'c')].map((draft) => outcomeOf(commit(client, draft))),
  );
  assert.deepEqual(outcomes.filter((outcome) => outcome === 'written').length, 3);
  assert.match(outcomes[1] ?? '', /credits does not sum to zero/);
  assert.match(outcomes[3] ?? '', /did not say that it needs client\./);
  assert.deepEqual(await standing(client), { seq: 4, available: 20 });
});

test('the ledger C9: what another process has written already is found, and those behind it go on without a gap', async () => {
  const client = newClient();
  await commit(client, gift(client, 'start'));
  assert.deepEqual(await smallWriter({})(client, [gift(client, 'b'), gift(client, 'theirs', 100)]), [undefined, undefined]);
  const outcomes = await Promise.all(['a', 'b', 'c'].map((cause) => outcomeOf(commit(client, gift(client, cause)))));
  assert.deepEqual(outcomes, ['written', 'repeated', 'written']);
  assert.deepEqual(await standing(client), { seq: 5, available: 120 });
});

test('the ledger C9: more transfers than one insert takes are written in the order of their requests', async () => {
  const client = newClient();
  const wave = (start: number, count: number) =>
    Array.from({ length: count }, (_, index) => commit(client, gift(client, `r${start + index}`)));
  const first = wave(0, 1100);
  for (let turns = 0; turns < 3; turns += 1) await turn();
  const all = await Promise.all([...first, ...wave(1100, 600)]);
  const seqs = all.map(({ transfer }) => transfer.postings[0]?.seq);
  assert.deepEqual(
    seqs,
    Array.from({ length: 1700 }, (_, index) => index + 1),
  );
  assert.deepEqual(await standing(client), { seq: 1700, available: 8500 });
});

test('the ledger C9: a transfer of many accounts is an entry of each, also of those that were never moved', async () => {
  const client = newClient();
  const [account, minutes] = [clientOf(client), minutesOf(client)];
  const grant: Draft = {
    ...somebody,
    kind: 'signup.grant',
    cause: 'free',
    content: 'free',
    guarded: [account, minutes],
    legs: (stateOf) => legs([account, 5 + stateOf(minutes).available], [minutes, -5 - stateOf(minutes).available]),
  };
  const { transfer } = await commit(client, grant);
  assert.deepEqual(
    transfer.postings.map(({ account: one, amount, seq }) => ({ one, amount, seq })),
    [
      { one: account, amount: 5, seq: 1 },
      { one: minutes, amount: -5, seq: 1 },
    ],
  );
  const more: Draft = {
    ...grant,
    kind: 'minutes.grant',
    cause: 'm',
    guarded: [minutes],
    legs: () => legs([minutes, 9], [platformIssued(client), -9]),
  };
  assert.equal((await commit(client, more)).transfer.postings[0]?.seq, 2);
});

test('live.stream U7: whoever listens in this process hears of each transfer once, as it was written, until it stops', async () => {
  const client = newClient();
  const heard: Transfer[] = [];
  const stop = onWritten((transfers) => heard.push(...transfers.filter(({ agencyId }) => agencyId === client.agencyId)));
  const { transfer } = await commit(client, gift(client, 'a'));
  await commit(client, gift(client, 'a'));
  const causes = () => heard.map(({ _id }) => _id.split('/').at(-1));
  while (heard.length === 0) await turn();
  assert.deepEqual(heard, [transfer]);
  stop();
  await commit(client, gift(client, 'b'));
  await turn();
  assert.deepEqual(causes(), ['a']);
});
