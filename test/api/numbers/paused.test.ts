import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { HOUR_MS, later } from '../../../api/rules/time.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import type { Agency } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { comesTo } from '../../support/until.ts';
import { buy, DAY_SECONDS, mailsAboutNumbers, openClient, openNumberShop, PRICE, passDays, plan, RENT } from './shop.ts';

const api = await startApi();
await api.stopDueWork();
const DAY_MS = DAY_SECONDS * 1000;

type Shutting = (agency: Agency, page: Page) => Promise<unknown>;
/** Causes and ends of a pause. */
const ways: Record<string, { shut: Shutting; open: Shutting; graceDays: number; monthDays: number; taken: number }> = {
  'a suspended agency': {
    ...{ graceDays: 40, monthDays: 40, taken: 0 },
    shut: ({ id }) => api.platform('agencies.suspend', { agencyId: id, reason: 'Unpaid.' }),
    open: ({ id }) => api.platform('agencies.resume', { agencyId: id, reason: 'Paid.' }),
  },
  'a disabled client': {
    ...{ graceDays: 40, monthDays: 40, taken: 0 },
    shut: (agency, { clientId }) => agency.call('clients.disable', { clientId }),
    open: (agency, { clientId }) => agency.call('clients.enable', { clientId }),
  },
  // The time of closing is not stored, so the pause counts from the next rent check. A rent due in it is due at the reopening.
  'a closed portal': {
    ...{ graceDays: 39, monthDays: 38 + 30, taken: RENT },
    shut: (agency) => agency.call('agency.update', { portal: { active: false, notice: null } }),
    open: (agency) => agency.call('agency.update', { portal: { active: true, notice: null } }),
  },
};

async function look(agency: Agency, { clientId }: Page) {
  const { numbers } = await agency.call('numbers.list', { clientId });
  const { state, paidUntil, graceUntil } = numbers[0] ?? assert.fail('there is a number');
  const { available } = await agency.call('credits.balance', { clientId });
  return { state, available, paidUntil: Date.parse(paidUntil ?? ''), graceUntil: Date.parse(graceUntil ?? '') };
}

/** Pauses are checked every hour; here, as often as time moves. */
function isLater(day: number, before: number, days: number): void {
  const moved = day - before - days * DAY_MS;
  assert.ok(moved >= 0 && moved <= 9 * HOUR_MS, `${days} days, and ${moved / HOUR_MS} hours`);
}

async function audit(): Promise<void> {
  const { checks } = await auditWhole({
    seals: sealsOf(api.deps.keys),
    business: api.deps.now(),
    real: later(new Date(), 2 * HOUR_MS),
  });
  assert.deepEqual(
    checks.flatMap(({ found }) => found),
    [],
  );
}

for (const [who, { shut, open, graceDays, monthDays, taken }] of Object.entries(ways)) {
  test(`the rent of ${who} SX27: during a pause nothing is collected, mailed or released, then the rest goes on`, async () => {
    const { agency, page: poor, account } = await openNumberShop(api, { credits: PRICE });
    const { number } = await buy(poor);
    await passDays(api, 4, 1);
    const rich = await openClient(agency);
    await buy(rich);
    const bought = await look(agency, rich);
    await passDays(api, 26, 2);
    await passDays(api, 2);
    const behind = await look(agency, poor);
    const countMails = async () => mailsAboutNumbers(api, poor.email).length;
    await comesTo(countMails, 1);
    for (const page of [poor, rich]) await shut(agency, page);
    await passDays(api, 2);
    await passDays(api, 38, 4);
    assert.ok(
      api.sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number),
      'the provider has it',
    );
    assert.equal(await countMails(), 1);
    for (const page of [poor, rich]) await open(agency, page);
    await passDays(api, 0.1, 2);

    const [graced, month] = [await look(agency, poor), await look(agency, rich)];
    assert.deepEqual(
      { behindState: behind.state, gracedState: graced.state, available: graced.available },
      { behindState: 'past_due', gracedState: 'past_due', available: 0 },
    );
    isLater(graced.graceUntil, behind.graceUntil, graceDays);
    assert.deepEqual({ state: month.state, available: month.available }, { state: 'active', available: 100_000 - PRICE - taken });
    isLater(month.paidUntil, bought.paidUntil, monthDays);
    assert.deepEqual(mailsAboutNumbers(api, rich.email), []);

    await agency.allocate(poor.clientId, 10_000);
    await passDays(api, 2);
    assert.deepEqual(
      { state: (await look(agency, poor)).state, available: (await look(agency, poor)).available },
      { state: 'active', available: 10_000 - RENT },
    );
    assert.equal((await look(agency, rich)).available, 100_000 - PRICE - RENT, 'then it is due, once');
    await audit();
  });
}

test('the grace of a suspended agency SX27: a client that pays nothing after it loses the number on the new day', async () => {
  const { agency, page } = await openNumberShop(api, { credits: PRICE });
  await buy(page);
  await passDays(api, 30, 2);
  await passDays(api, 2);
  await api.platform('agencies.suspend', { agencyId: agency.id, reason: 'Unpaid.' });
  await passDays(api, 10, 2);
  await api.platform('agencies.resume', { agencyId: agency.id, reason: 'Paid.' });
  await passDays(api, 3);
  assert.equal((await look(agency, page)).state, 'past_due');
  await passDays(api, 4);
  assert.equal((await look(agency, page)).state, 'released');
  const pastDue = async () => mailsAboutNumbers(api, page.email).filter((subject) => /could not be paid/.test(subject)).length;
  await comesTo(pastDue, 2, 'once for either day');
});

test('the rent in an incomplete live portal MT15 SX27: it is paid with credits, and without them no number is lost', async () => {
  const account = api.sandbox.twilio.createAccount('rents', { numbers: 3 });
  const agency = await api.createAgency({ stripe: 'live', plan });
  await agency.call('integrations.connectTelephony', { accountSid: account.sid, authToken: account.authToken });
  const [poor, rich] = [await openClient(agency, PRICE), await openClient(agency)];
  for (const page of [poor, rich]) await buy(page);
  const [lost, kept] = [await look(agency, poor), await look(agency, rich)];
  const agencies = mongoose.connection.collection('agencies');
  const path = 'stripe.live.webhookSecret.text';
  const secret = (await agencies.findOne({ _id: agency.id as never }))?.stripe.live.webhookSecret.text;
  await agencies.updateOne({ _id: agency.id as never }, { $set: { [path]: '' } });
  await passDays(api, 32, 4);
  await passDays(api, 20, 4);
  const [waiting, paid] = [await look(agency, poor), await look(agency, rich)];
  assert.deepEqual({ state: waiting.state, available: waiting.available }, { state: 'active', available: 0 });
  assert.deepEqual({ state: paid.state, available: paid.available }, { state: 'active', available: 100_000 - PRICE - RENT });
  assert.equal(paid.paidUntil - kept.paidUntil, 30 * DAY_MS, 'a month, and no pause');
  await agencies.updateOne({ _id: agency.id as never }, { $set: { [path]: secret } });
  await passDays(api, 1, 4);
  await passDays(api, 1, 4);
  const behind = await look(agency, poor);
  assert.equal(behind.state, 'past_due');
  assert.ok(behind.graceUntil > lost.paidUntil + 25 * DAY_MS, 'all of its grace is left');
  await audit();
});
