import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isPurchase } from '../../../api/ledger/accounts.ts';
import { type Before, checks } from '../../../api/ledger/audit/checks.ts';
import { GENESIS } from '../../../api/ledger/chain.ts';
import { entriesOf } from '../../../api/ledger/reading.ts';
import { emptyState } from '../../../api/ledger/state/states.ts';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import { returnFree } from '../../../api/ledger/transfers/free-returns.ts';
import { allocateCredits, creditPurchase, grantFree, grantMinutes } from '../../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../../api/ledger/transfers/holds.ts';
import { holdForOrder, refundOrderHold, settleOrderHold, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { freezePurchase, loseFreeze, reinstatePurchase, reversePurchase } from '../../../api/ledger/transfers/returns.ts';
import type { Head } from '../../../api/models/entry.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import { type ClientState, type OrderCorrection, type Posting, type Transfer, TransferModel } from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const client = newClient();
const sale = { priceCents: 4000, currency: 'EUR' } as const;

async function buy(name: string, isHeld: boolean): Promise<void> {
  const offer = { _id: `pur_${name}`, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '100 credits', credits: 100_000, ...sale };
  await insertPurchase(client, { ...offer, createdAt: somebody.at });
  await noteSession(client, `pur_${name}`, { id: `cs_${name}`, url: null });
  const paid = { paymentStatus: 'paid', sessionId: `cs_${name}`, purchaseId: `pur_${name}`, millis: 100_000 } as const;
  await creditPurchase(client, { ...paid, isHeld, ...sale, ...somebody });
}

/** Every transfer of the story by its kind, and what was before each. */
const story = new Map<string, Transfer>();
let heads: ReadonlyMap<string, Head>;

before(async () => {
  const order = (key: string, millis: number) => ({ key, millis, ...somebody });
  const returned = { sessionId: 'cs_1', purchaseId: 'pur_1', ...somebody };
  await grantMinutes(client, { cause: 'start', millis: 500_000, ...somebody });
  await grantFree(client, { cause: 'free', millis: 10_000, ...somebody });
  await allocateCredits(client, { requestId: 'r1', millis: 25_000, description: 'A gift', ...somebody });
  await holdForOrder(client, { ...order('o1', 12_000), takesFree: true });
  await settleOrderHold(client, order('o1', 11_000));
  await refundOrderHold(client, { key: 'o1', ...somebody });
  await holdForOrder(client, { ...order('o2', 5000), takesFree: false });
  await voidOrderHold(client, { key: 'o2', ...somebody });
  await holdCredits(client, { holdId: 'h1', millis: 15_000, expiresAt: somebody.at, policy: { kind: 'unlimited' }, ...somebody });
  await settleCall(client, { callId: 'h1', seconds: 720, rounding: bySecond, ...somebody });
  await settleCall(client, { callId: 'c1', seconds: 3600, rounding: bySecond, ...somebody });
  await buy('1', false);
  await buy('2', true);
  await settleOrderHold(client, order('cs_2', 100_000));
  await reversePurchase(client, { ...returned, cause: 're_1', refundedCents: 1040 });
  await reinstatePurchase(client, { ...returned, cause: 're_1', refundedCents: 520 }); // the fees round differently
  await freezePurchase(client, { ...returned, cause: 'dp_1', disputedCents: 2000 });
  await loseFreeze(client, { ...returned, cause: 'dp_1', disputedCents: 2000 });
  await reversePurchase(client, { ...returned, sessionId: 'cs_2', purchaseId: 'pur_2', cause: 're_2', refundedCents: 1000 });
  await grantFree(client, { cause: 'plan', millis: 3000, ...somebody });
  await returnFree(client, { cause: 'plan', orderId: 'ord_1', totalMillis: 3000, ...somebody });
  const transfers = await TransferModel.find({ agencyId: client.agencyId }).lean<Transfer[]>();
  for (const transfer of transfers) story.set(transfer._id.split('/').slice(2).join('/'), transfer);
  heads = new Map(transfers.flatMap((one) => entriesOf(one).map((entry) => [`${entry.account}#${entry.seq}`, entry as Head])));
});

const headsBefore = (transfer: Transfer) => (account: string) => {
  const seq = entriesOf(transfer).find((entry) => entry.account === account)?.seq ?? 0;
  return seq === 1 ? { seq: 0, hash: GENESIS, after: emptyState(account) } : heads.get(`${account}#${seq - 1}`);
};

/** Returns the complaints of the checks about a changed transfer, or about one with another past. */
function complaintsOf(name: string, change: (transfer: Transfer) => unknown, past?: Before): string[] {
  const original = story.get(name) ?? assert.fail(`${name} is none of ${[...story.keys()].join(' ')}`);
  const transfer = structuredClone(original);
  change(transfer);
  return checks.flatMap(({ name: check, check: run }) => {
    try {
      run(transfer, past ?? headsBefore(original));
      return [];
    } catch (error) {
      const { name: type, message } = error as Error;
      return [`${check}: ${message.split('\n')[0]}${type === 'AssertionError' ? '' : ` (${type})`}`];
    }
  });
}

const on = ({ postings }: Transfer, start: string): Posting =>
  postings.find(({ account }) => account.startsWith(start)) ?? assert.fail(`nothing on ${start}`);
/** So much more on one account, and so much less on another. */
const move = (from: string, to: string, amount: number) => (transfer: Transfer) => {
  for (const [start, sign] of [
    [from, -1],
    [to, 1],
  ] as const) {
    if (!transfer.postings.some(({ account }) => account.startsWith(start)))
      transfer.postings.push({ account: `${start}test.0`, amount: 0 });
    on(transfer, start).amount += sign * amount;
  }
};
const holdIn = (transfer: Transfer) => stateOn(transfer, 'client.').holds?.at(-1);
const stateOn = (transfer: Transfer, start: string) => on(transfer, start).after as ClientState;

test('audit C4: no check has anything against a story in which everything happens', () => {
  for (const name of story.keys())
    assert.deepEqual(
      complaintsOf(name, () => undefined),
      [],
      name,
    );
  assert.equal(story.size, 21);
});

test('audit C4: no amount of any transfer can be another, and no account can be left out, without a check noticing', () => {
  for (const [name, { postings }] of story) {
    for (const place of postings.keys()) {
      for (const by of [1, -1]) {
        const changed = complaintsOf(name, (transfer) =>
          Object.assign(transfer.postings[place] as Posting, { amount: (postings[place]?.amount ?? 0) + by }),
        );
        assert.notDeepEqual(changed, [], `${name} ${postings[place]?.account}`);
      }
      assert.notDeepEqual(
        complaintsOf(name, (transfer) => transfer.postings.splice(place, 1)),
        [],
        `${name} without ${postings[place]?.account}`,
      );
    }
  }
});

/** A change, and what a check says of it that others may not notice. */
const noticed: [name: string, change: (transfer: Transfer) => unknown, says: string][] = [
  ['credits.allocate/r1', (one) => Object.assign(one, { input: '' }), 'its name is another'],
  ['credits.allocate/r1', (one) => Object.assign(one, { refused: 'credits.insufficient' }), 'a refusal moved'],
  ['credits.allocate/r1', (one) => one.slots?.push('client.x#1'), 'its slots are others'],
  ['call.hold/h1', (one) => Object.assign(on(one, 'minutes.'), { seq: 7 }), 'entry 6 of minutes.test.0 is missing'],
  ['call.hold/h1', (one) => one.postings.push({ ...on(one, 'client.'), account: 'client.other' }), 'it moves two clients'],
  ['call.hold/h1', (one) => Object.assign(on(one, 'held.'), { account: 'held.live' }), 'it reaches into another world'],
  ['call.hold/h1', (one) => [one.postings, one.slots ?? []].map((all: unknown[]) => all.splice(1, 0, all[0])), 'it has a slot twice'],
  ['order.hold/o2', (one) => Object.assign(holdIn(one)?.lots[0] ?? {}, { id: 'signup.grant/free' }), 'it holds free credits'],
  ['order.hold_all/o1', move('client.', 'used.', 5), 'it holds what it did not take'],
  ['order.hold_all/o1', move('client.', 'held.', 5), 'it holds another amount'],
  ['order.hold_all/o1', move('minutes.', 'issued.', 5), 'the agency paid for what is not a call'],
  ['order.hold_all/o1', move('platform.held.', 'issued.', 5), 'the agency paid for what is not a call'],
  ['order.hold/o2', (one) => Object.assign(stateOn(one, 'client.').holds?.at(-1) ?? {}, { id: 'order/o3' }), 'it holds another amount'],
  ['order.resolve/o1', move('held.', 'used.', 2000), 'it took another amount than was held'],
  ['order.resolve/o1', move('used.', 'held.', 12_000), 'it took another amount than was held'],
  ['order.resolve/o1', move('minutes.', 'issued.', 5), 'other minutes went back'],
  ['order.resolve/o1', move('issued.', 'used.', 5), 'the agency promised another amount'],
  ['order.resolve/o1', move('platform.used.', 'held.', 5), 'the agency paid for what is not a call'],
  ['order.resolve/o2', move('minutes.', 'issued.', 5), 'other minutes went back'],
  ['order.refund/o1', (one) => delete one.correction, 'it does not say what it gives back'],
  ['order.refund/o1', (one) => Object.assign(one.correction ?? {}, { key: 'o2' }), 'it gives back for another order'],
  ['order.refund/o1', (one) => Object.assign((one.correction as OrderCorrection).parts[0] ?? {}, { millis: 0 }), 'it gives back nothing'],
  ['order.refund/o1', move('used.', 'client.', 5), 'it gives back another amount'],
  ['order.refund/o1', move('issued.', 'client.', 5), 'the agency takes another promise back'],
  ['order.refund/o1', move('minutes.', 'client.', 5), 'the agency paid for what is not a call'],
  ['credits.purchase/cs_2', move('held.', 'used.', 5), 'it holds another amount'],
  ['credits.purchase/cs_2', move('issued.', 'used.', 5), 'a part of what was bought for an order is free to use'],
  ['credits.purchase/cs_2', move('minutes.', 'platform.used.', 5), 'the agency paid for what is not a call'],
  ['free.return/plan.0', move('minutes.', 'issued.', 5), 'used ones went back'],
  ['free.return/plan.0', move('minutes.', 'platform.used.', 5), 'the agency paid for what is not a call'],
  ['signup.grant/free', move('minutes.', 'issued.', 5), 'the agency gave another amount'],
  ['call.hold/c1', move('used.', 'held.', 5), 'the client used another amount'],
  ['call.hold/c1', move('minutes.', 'platform.used.', 5), 'the agency used another amount'],
  ['call.hold/c1', move('overrun.', 'used.', -50_000), 'an overrun came back'],
  ['call.hold/c1', (one) => Object.assign(stateOn(one, 'client.'), { available: 1 }), 'there was an overrun beside credits'],
  ['call.hold/h1', move('platform.held.', 'minutes.', 5), 'the agency holds another amount'],
  ['call.hold/h1', move('minutes.', 'issued.', 5), 'the agency paid another amount'],
  ['hold.resolve/h1', move('platform.held.', 'minutes.', 5), 'the agency holds another amount'],
  ['hold.resolve/h1', move('platform.used.', 'issued.', 5), 'the agency paid another amount'],
  ['credits.allocate/r1', (one) => Object.assign(one, { purchaseId: 'pur_1' }), 'credits and purchase do not belong together'],
  ['credits.purchase/cs_1', (one) => delete one.purchaseId, 'credits and purchase do not belong together'],
  ['refund.reverse/re_1', (one) => delete one.purchaseId, 'credits and purchase do not belong together'],
  ['credits.allocate/r1', (one) => Object.assign(one, { correction: { key: 'o1', parts: [] } }), 'it does not say what it corrects'],
  ['dispute.freeze/dp_1', (one) => delete one.correction, 'it does not say what it corrects'],
  ['credits.allocate/r1', (one) => one.postings.push({ account: 'clearing.EUR.test.0', amount: 5 }), 'money came without a purchase'],
  ['refund.reverse/re_1', move('clearing.EUR.', 'revenue.EUR.', 5), 'money came without a purchase'],
  ['credits.purchase/cs_1', move('revenue.EUR.', 'fees.EUR.', 5), 'a price of 4000 has another fee or revenue'],
  ['credits.purchase/cs_1', move('fees.EUR.', 'platform.fees.EUR.', 5), 'a price of 4000 has another fee or revenue'],
  ['refund.reverse/re_1', move('fees.EUR.', 'platform.fees.EUR.', 5), 'a price of -1040 has another fee or revenue'],
  ['refund.reverse/re_1', move('issued.', 'used.', 5), 'it took back other credits'],
  ['refund.reverse/re_2', move('used.', 'debt.', 5), 'it took another amount out of what an order used'],
  ['refund.reverse/re_1', move('debt.', 'used.', 5), 'it took another amount out of what an order used'],
  ['dispute.freeze/dp_1', move('client.', 'held.', 60_000), 'it froze more than is disputed'],
];

test('audit C4: each check says by itself what somebody changed', () => {
  for (const [name, change, says] of noticed) {
    const found = complaintsOf(name, change);
    assert.ok(
      found.some((complaint) => complaint.includes(says)),
      `${name}: ${says}\n${found.join('\n')}`,
    );
  }
});

test('audit C4: a missing entry is told by one check alone, and no check fails by what it does not find', () => {
  const unmoved = (one: Transfer) => Object.assign(one, { postings: one.postings.filter(({ account }) => !account.startsWith('client.')) });
  const unsaid = (one: Transfer) => delete one.correction;
  for (const [name, transfer] of story) {
    const told = complaintsOf(
      name,
      () => undefined,
      () => undefined,
    );
    assert.deepEqual(
      told.map((complaint) => complaint.split(':')[0]),
      entriesOf(transfer).length === 0 ? [] : ['the entries of an account are numbered without a gap'],
      name,
    );
    const some: Before = (account) => (isPurchase(account) ? undefined : { seq: 0, hash: GENESIS, after: emptyState('client.a') });
    const all = [unmoved, unsaid].flatMap((change) => [complaintsOf(name, change), complaintsOf(name, change, some)].flat());
    assert.deepEqual(
      all.filter((complaint) => complaint.includes('(TypeError)')),
      [],
      name,
    );
  }
});

test('audit C4: a refusal of any kind moves nothing, and belongs to no purchase', () => {
  for (const [name, { slots: _, purchaseId: __, correction: ___, ...transfer }] of story) {
    story.set('refused', { ...transfer, postings: [], refused: 'credits.insufficient' });
    assert.deepEqual(
      complaintsOf('refused', () => undefined),
      [],
      name,
    );
  }
  story.delete('refused');
});

test('audit C4: an account that does not add up is told, though it follows from one that did not either', () => {
  const spoil = (state: object) => Object.assign(state, { used: 1 + (state as ClientState).used });
  const original = story.get('credits.allocate/r1') ?? assert.fail('it is told');
  const past: Before = (account) => {
    const head = structuredClone(headsBefore(original)(account));
    if (head) spoil(head.after);
    return head;
  };
  const told = complaintsOf('credits.allocate/r1', (one) => spoil(stateOn(one, 'client.')), past);
  assert.ok(
    told.some((complaint) => /^every balance follows.*does not add up/.test(complaint)),
    told.join('\n'),
  );
});

test('audit C4: each check has a name of its own, by which the report tells what is wrong', () => {
  assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length);
  assert.ok(checks.every(({ name }) => name.length > 20));
});

test('audit C4: a number of a balance, a hash and the past of an entry are what was written', () => {
  for (const [name, transfer] of story) {
    for (const { account, after } of entriesOf(transfer)) {
      for (const [field, value] of Object.entries(after).filter(([, one]) => typeof one === 'number')) {
        const found = complaintsOf(name, (one) => Object.assign(on(one, account).after ?? {}, { [field]: Number(value) + 1 }));
        assert.ok(
          found.some((complaint) => complaint.includes('has another balance')),
          `${name} ${account} ${field}`,
        );
      }
      const forged = complaintsOf(name, (one) => Object.assign(on(one, account), { hash: 'forged' }));
      assert.deepEqual(
        forged.map((complaint) => complaint.split(':')[0]),
        ['every hash follows from the one before'],
      );
    }
  }
});
