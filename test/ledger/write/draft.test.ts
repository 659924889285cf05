import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, type GuardedAccount, heldAt, issuedBy, purchaseOf, usedAt } from '../../../api/ledger/accounts.ts';
import { contentHash, GENESIS, linkHash } from '../../../api/ledger/chain.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { sealedText } from '../../../api/ledger/sealed.ts';
import { emptyState } from '../../../api/ledger/state/states.ts';
import { composeTransfer, type Draft, nameDraft } from '../../../api/ledger/write/draft.ts';
import type { Head } from '../../../api/models/entry.ts';
import { sealOf, sealWith } from '../../../api/security/own-seal.ts';
import { accountWith, lot } from '../state/account.ts';

const scope = { agencyId: 'agn_1', world: 'test.0', clientId: 'cli_1', subject: 'a' } as const;
const client = clientOf(scope);
const by = { actor: 'kim', at: new Date('2026-01-02T03:04:05Z') };
const gift: Draft = {
  ...by,
  kind: 'credits.recharge',
  cause: 'r1',
  content: { millis: 5 },
  guarded: [client],
  legs: () => legs([client, 5], [issuedBy(scope), -5]),
};
const some: Head = { seq: 7, hash: 'before', after: accountWith({ lots: [lot('a', 10)] }) };
const compose = (draft: Draft, head: Head = some) =>
  composeTransfer(scope, draft, nameDraft(scope, draft), (account: GuardedAccount) =>
    account === client ? head : { seq: 0, hash: GENESIS, after: emptyState(account) },
  );

test('the ledger I4: a transfer is named after its scope, its kind or the name it takes, and its cause', () => {
  assert.deepEqual(nameDraft(scope, gift), { _id: 'agn_1/test.0/credits.recharge/r1', input: contentHash({ millis: 5 }) });
  assert.equal(nameDraft(scope, { ...gift, name: 'call.late' })._id, 'agn_1/test.0/call.late/r1');
  for (const cause of ['A-z_0.9:x', 'x'.repeat(200)]) assert.equal(nameDraft(scope, { ...gift, cause })._id.endsWith(cause), true);
  for (const cause of ['', 'x'.repeat(201), 'a/b', 'a b', 'a\n', ' a'])
    assert.throws(() => nameDraft(scope, { ...gift, cause }), /a cause is an id/, JSON.stringify(cause));
});

test('credits.statement C4: a transfer continues the chain of each guarded account, and takes the next slot of each', () => {
  const before = Date.now();
  const { writtenAt, ...transfer } = compose(gift);
  assert.ok(writtenAt.getTime() >= before && writtenAt.getTime() <= Date.now());
  const state = accountWith({ lots: [lot('a', 10), lot('credits.recharge/r1', 5, { kind: 'allocated' })] });
  const { _id, input } = nameDraft(scope, gift);
  const link = { account: client, amount: 5, seq: 8, after: state };
  assert.deepEqual(transfer, {
    _id,
    input,
    agencyId: 'agn_1',
    world: 'test.0',
    kind: 'credits.recharge',
    ...by,
    rules: 3,
    slots: ['client.a#999999999991'],
    postings: [
      { ...link, hash: linkHash('before', { _id, kind: 'credits.recharge', at: by.at, ...link }) },
      { account: 'issued.test.0', amount: -5 },
    ],
  });
});

test('webhooks.stripe C19: a correction names its purchase and is an entry of it as well', () => {
  const correction = { sessionId: 'cs', credits: 5, priceCents: 10, refundedCents: 10 };
  const purchase = purchaseOf(scope, 'pur');
  const refund: Draft = {
    ...by,
    kind: 'refund.reverse',
    cause: 're',
    content: 'refund',
    purchaseId: 'pur',
    correction,
    guarded: [client, purchase],
    legs: () => legs([client, -5], [issuedBy(scope), 5], [purchase, 0]),
  };
  const { purchaseId, slots, ...transfer } = compose(refund);
  assert.deepEqual({ purchaseId, slots }, { purchaseId: 'pur', slots: ['client.a#999999999991', 'purchase.pur.test.0#999999999998'] });
  assert.deepEqual(transfer.correction, correction);
  assert.equal(transfer.postings.length, 3);
  const { purchaseId: _, ...without } = refund;
  assert.throws(() => compose(without), /money moves with a purchase, and only then/);
  assert.throws(() => compose({ ...gift, purchaseId: 'pur' }), /money moves with a purchase, and only then/);
  const { correction: __, ...unsaid } = refund;
  assert.throws(() => compose(unsaid), /a correction says what it corrects/);
  assert.throws(() => compose({ ...gift, correction }), /a correction says what it corrects/);
});

test('calls.start F23: a final refusal is a transfer that moves nothing and takes no slot', () => {
  const { writtenAt: _, ...refused } = compose({ ...gift, legs: () => 'credits.too_many' });
  const { _id, input } = nameDraft(scope, gift);
  const facts = { _id, input, agencyId: 'agn_1', world: 'test.0', kind: 'credits.recharge', ...by, rules: 3, postings: [] };
  assert.deepEqual(refused, { ...facts, refused: 'credits.too_many' });
});

test('the ledger I4: what is not balanced, or leaves an account that does not add up, is never composed', () => {
  const wrong = (moved: Draft['legs'], message: RegExp, head = some) =>
    assert.throws(() => compose({ ...gift, legs: moved }, head), message);
  wrong(() => legs([client, 5], [issuedBy(scope), -4]), /credits does not sum to zero/);
  wrong(() => [{ account: client, amount: 5 }], /a transfer has two sides/);
  wrong(() => legs([client, 5], [usedAt(scope), -5]), /a grant brings something/);
  const unsound = { ...some, after: { ...accountWith({ lots: [lot('a', 10)] }), used: 1 } };
  wrong(gift.legs, /client\.a does not add up/, unsound);
});

test('the ledger I4: a draft sees each account that it names as the entry before has left it', () => {
  const seen: unknown[] = [];
  const look: Draft['legs'] = (stateOf) => {
    seen.push(stateOf(client));
    return gift.legs(stateOf);
  };
  compose({ ...gift, legs: look });
  assert.deepEqual(seen, [some.after]);
});

test('a movement that has no chain anywhere takes no slot', () => {
  const moved = legs([heldAt(scope), 5], [usedAt(scope), -5]);
  assert.equal('slots' in compose({ ...gift, guarded: [], legs: () => moved }), false);
});

test('audit C4: a process with keys seals each transfer that it composes, refused ones too', (t) => {
  assert.equal('seal' in compose(gift), false);
  sealWith({ digest: Buffer.alloc(32, 7) });
  t.after(() => sealWith(undefined));
  for (const draft of [gift, { ...gift, legs: () => 'credits.too_many' as const }]) {
    const { seal, ...transfer } = compose(draft);
    assert.equal(seal, sealOf('transfer', sealedText(transfer)));
    assert.equal(seal?.length, 22);
  }
});
