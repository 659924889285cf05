import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needOf } from '../../../api/contract/sentences.ts';
import { requireCheap } from '../../../api/domain/numbers/codes.ts';
import { dueMillis, firstMonth, paidAfter, paidThrough } from '../../../api/domain/numbers/month.ts';
import { noPapers, shownNeeds } from '../../../api/domain/numbers/papers.ts';
import { callingCode, displayNumber, phoneFacts, requirePhone } from '../../../api/domain/numbers/phone.ts';
import { inMoney, soldAt } from '../../../api/domain/numbers/prices.ts';
import { numberView } from '../../../api/domain/numbers/view.ts';
import type { PhoneNumber } from '../../../api/models/number.ts';

/** Holds the prices, views and papers of numbers without a database or a provider. */

const createdAt = new Date('2026-03-01T12:00:00Z');
const row: PhoneNumber = {
  ...{ _id: 'num_1', agencyId: 'agn_1', world: 'live', clientId: 'cli_1', subject: 'sub_1', memberId: 'mem_1' },
  ...{ number: '+447700900123', country: 'GB', type: 'mobile', way: 'bought', state: 'active', monthlyMillis: 20_000, rentsPaid: 0 },
  ...{ capabilities: { voice: true, sms: false, mms: false }, rentTries: 0, createdAt },
};

test('numbers.list N1: a number shows its own figures, and nothing where it has none', async () => {
  const bare = {
    ...{ id: 'num_1', number: '+447700900123', display: '+44 7700 900123', country: 'GB', type: 'mobile', label: null, way: 'bought' },
    ...{ state: 'active', capabilities: { voice: true, sms: false, mms: false }, callerId: true, monthlyMillis: 20_000 },
    ...{ paidUntil: null, overdueMillis: 0, graceUntil: null, trunk: null, agentId: null, answeredBy: 'nobody' },
  };
  assert.deepEqual(await numberView(row), bare);
  const [paidUntil, graceUntil] = [new Date('2026-03-31T12:00:00Z'), new Date('2026-04-07T12:00:00Z')];
  assert.deepEqual(await numberView({ ...row, label: 'Front desk', agentId: 'agt_1', state: 'past_due', paidUntil, graceUntil }), {
    ...{ ...bare, label: 'Front desk', agentId: 'agt_1', answeredBy: 'elsewhere', state: 'past_due', overdueMillis: 20_000 },
    ...{ paidUntil: paidUntil.toISOString(), graceUntil: graceUntil.toISOString() },
  });
  assert.equal((await numberView({ ...row, state: 'past_due', owedMillis: 5000 })).overdueMillis, 5000);
});

test('numbers.list N1: only a number that is active or past due can be seen by whoever is called', async () => {
  const states = ['pending_verification', 'active', 'past_due', 'released'] as const;
  const seen = await Promise.all(states.map(async (state) => (await numberView({ ...row, state })).callerId && state));
  assert.deepEqual(seen.filter(Boolean), ['active', 'past_due']);
});

test('numbers.list N11: a trunk shows where it goes and the end of its password alone', async () => {
  const trunkOf = async (more: object) => {
    const trunk = { terminationUri: 'sip.example.com', transport: 'tls', ...more } as PhoneNumber['trunk'];
    return (await numberView({ ...row, ...(trunk && { trunk }) })).trunk;
  };
  const common = { terminationUri: 'sip.example.com', transport: 'tls' };
  assert.deepEqual(await trunkOf({}), { ...common, username: null, password: { set: false, last4: null } });
  const sealed = { kid: 'k', iv: 'i', tag: 't', text: 'sealed', last4: 'cret' };
  assert.deepEqual(await trunkOf({ username: 'desk', password: sealed }), {
    ...{ ...common, username: 'desk', password: { set: true, last4: 'cret' } },
  });
  assert.deepEqual((await trunkOf({ password: { ...sealed, last4: '' } }))?.password, { set: true, last4: null });
});

test('numbers.buy N9: a month is thirty days, and its credits are looked at three days before', () => {
  const days = (count: number) => new Date(createdAt.getTime() + count * 86_400_000);
  assert.deepEqual(
    [0, 1, 2].map((rents) => paidAfter(createdAt, rents)),
    [days(30), days(60), days(90)],
  );
  assert.deepEqual(paidThrough(days(30)), { paidUntil: days(30), rentAt: days(27) });
  assert.deepEqual(firstMonth(createdAt, 1), { paidUntil: days(30), rentAt: days(27) });
  assert.deepEqual(firstMonth(createdAt, 0), {}, 'without a rent it is paid for good');
  assert.equal(dueMillis({ monthlyMillis: 20_000 }), 20_000);
  assert.equal(dueMillis({ monthlyMillis: 0, owedMillis: 5000 }), 5000);
});

const kinds = [
  { country: 'GB', type: 'local', setupMillis: 30_000, monthlyMillis: 10_000 },
  { country: 'GB', type: 'mobile', setupMillis: 50_000, monthlyMillis: 20_000 },
  { country: 'US', type: 'mobile', setupMillis: 70_000, monthlyMillis: 25_000 },
];
type Plan = Parameters<typeof soldAt>[0];
const plan = { numbers: kinds, centsPer100Credits: 4000, currency: 'EUR' } as unknown as Plan; // prices read nothing else

test('numbers.buy N3: a kind of number has the price of its country and type in the plan', () => {
  const mobile = { setupMillis: 50_000, monthlyMillis: 20_000, setupCents: 2000, monthlyCents: 800, currency: 'EUR' };
  assert.deepEqual(soldAt(plan, { country: 'GB', type: 'mobile' }), mobile);
  assert.deepEqual(soldAt(plan, { country: 'US', type: 'mobile' }).monthlyCents, 1000);
  assert.deepEqual(inMoney(plan, { setupMillis: 0, monthlyMillis: 0 }), {
    ...{ setupMillis: 0, monthlyMillis: 0, setupCents: 0, monthlyCents: 0, currency: 'EUR' },
  });
  for (const kind of [
    { country: 'DE', type: 'mobile' },
    { country: 'US', type: 'local' },
  ] as const)
    assert.throws(() => soldAt(plan, kind), { code: 'number.kind_not_sold', param: 'type' });
});

test('numbers.search N8: an address is asked for beside the papers of the law, which come first', () => {
  const [missing, met] = [needOf('bundle_missing'), needOf('bundle_met')];
  const seen = (law: Parameters<typeof shownNeeds>[0], needsAddress: boolean, hasAddress: boolean) =>
    shownNeeds(law, needsAddress, hasAddress).code;
  for (const law of [noPapers, missing, met])
    for (const hasAddress of [false, true]) assert.equal(seen(law, false, hasAddress), law.code, 'it needs no address');
  assert.deepEqual(
    { without: seen(noPapers, true, false), with: seen(noPapers, true, true) },
    { without: 'address_missing', with: 'address_met' },
  );
  assert.deepEqual({ without: seen(met, true, false), with: seen(met, true, true) }, { without: 'address_missing', with: 'bundle_met' });
  assert.deepEqual(
    { without: seen(missing, true, false), with: seen(missing, true, true) },
    { without: 'bundle_missing', with: 'bundle_missing' },
  );
});

test('numbers.connect N1: a typed-in number is read by the numbering plans, and a costly one gets no code', async () => {
  const facts = async (number: string) => {
    const { country, type, national, isCostly } = await requirePhone(number);
    return { country, type, national, isCostly };
  };
  assert.deepEqual(await facts('+447400123456'), { country: 'GB', type: 'mobile', national: '7400123456', isCostly: false });
  assert.deepEqual(await facts('+442079460958'), { country: 'GB', type: 'local', national: '2079460958', isCostly: false });
  assert.deepEqual(await facts('+12125550123'), { country: 'US', type: 'local', national: '2125550123', isCostly: false });
  assert.deepEqual(await facts('+448001111111'), { country: 'GB', type: 'toll_free', national: '8001111111', isCostly: false });
  const premium = await requirePhone('+449098790000');
  assert.deepEqual({ type: premium.type, isCostly: premium.isCostly }, { type: 'national', isCostly: true });
  assert.throws(() => requireCheap(premium), { code: 'number.costly', param: 'number' });
  requireCheap(await requirePhone('+442079460958'));
  for (const number of ['+4420', '+99912345678', 'nothing']) {
    assert.equal(await phoneFacts(number), undefined, number);
    await assert.rejects(requirePhone(number), { code: 'number.invalid', param: 'number' });
  }
  assert.equal(await displayNumber('nothing'), 'nothing');
  assert.deepEqual(
    { DE: await callingCode('DE'), US: await callingCode('US'), ZZ: await callingCode('ZZ') },
    { DE: '49', US: '1', ZZ: undefined },
  );
});
