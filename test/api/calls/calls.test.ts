import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody, Input } from '../../../api/contract/index.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { expireHolds } from '../../../api/ledger/transfers/holds.ts';
import type { MailRow } from '../../../api/models/mail.ts';
import { noErrors } from '../../ledger/people.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi, startPlainClient } from '../../support/api.ts';
import type { Reply } from '../../support/call.ts';

const api = await startApi();
await api.stopDueWork();
const { sandbox } = api;
const statuses = (replies: Reply<unknown>[]) => replies.map(({ status }) => status);
const count = (statuses: number[], wanted: number) => statuses.filter((status) => status === wanted).length;
const alerts = (agency: Agency) =>
  mongoose.connection.collection<MailRow>('mails').countDocuments({ agencyId: agency.id, kind: 'minutes' });

type Policy = NonNullable<Input<'agency.update'>['minutesPolicy']>;
async function clientUnder(minutesPolicy: Policy, minutesMillis: number) {
  const { agency, page } = await startPlainClient(api, minutesMillis);
  await agency.call('agency.update', { minutesPolicy });
  await agency.allocate(page.clientId, 100_000);
  return { agency, page, clientId: page.clientId };
}

test('calls.start C10: of thirty one-minute calls at once on 10 credits ten are held, the others get a 402', async () => {
  const { agency, page } = await startPlainClient(api);
  const { clientId } = page;
  await agency.allocate(clientId, 10_000);
  const replies = await Promise.all(
    Array.from({ length: 30 }, (_, index) => agency.try('calls.start', { clientId, callId: `call-${index}`, seconds: 60 })),
  );
  assert.deepEqual({ held: count(statuses(replies), 200), refused: count(statuses(replies), 402) }, { held: 10, refused: 20 });
  assert(replies.every((reply) => reply.status === 200 || codeOf(reply) === 'credits.insufficient'));
  const [one, two] = replies.flatMap(({ status }, index) => (status === 200 ? [`call-${index}`] : []));
  assert(one && two);
  const ended = await agency.call('calls.end', { clientId, callId: one, seconds: 31 });
  assert.deepEqual(
    { costMillis: ended.costMillis, overrunMillis: ended.overrunMillis, held: ended.balance.held },
    { costMillis: 517, overrunMillis: 0, held: 9000 },
  );
  const canceled = await agency.call('calls.cancel', { clientId, callId: two });
  assert.deepEqual({ available: canceled.balance.available, held: canceled.balance.held }, { available: 1483, held: 8000 });
  await expireHolds(new Date(Date.now() + 3_600_000), noErrors);
  const { available, held } = await page.balance();
  assert.deepEqual({ available, held }, { available: 9483, held: 0 }, 'what nobody ended came back');
});

test('calls.end F24: a started call is charged once, however it is ended or recorded, in time or late', async () => {
  const { agency, page } = await startPlainClient(api);
  const { clientId } = page;
  await agency.allocate(clientId, 10_000);
  const call = { clientId, callId: 'call-1', seconds: 60 };
  await agency.call('calls.start', call);
  assert.equal((await agency.call('calls.end', call)).repeated, false);
  assert.equal((await agency.call('usage.record', call)).repeated, true);
  assert.equal((await agency.try('usage.record', { ...call, seconds: 61 })).status, 409);
  const late = { ...call, callId: 'call-2' };
  await agency.call('calls.start', late);
  await expireHolds(new Date(Date.now() + 3_600_000), noErrors);
  assert.equal((await agency.call('usage.record', late)).repeated, false);
  assert.equal((await agency.call('calls.end', late)).repeated, true);
  const recorded = { ...call, callId: 'call-3' };
  await agency.call('usage.record', recorded);
  assert.deepEqual(codeOf(await agency.try('calls.start', recorded)), 'call.over');
  assert.equal((await agency.call('calls.end', recorded)).repeated, true);
  assert.deepEqual(codeOf(await agency.try('calls.cancel', { clientId, callId: 'call-3' })), 'call.over');
  assert.equal((await page.balance()).available, 7000);
  assert.equal(await agency.minutes(), 997_000);
});

test('calls.start SX3: a start and a record sent together charge once, and the end is the same charge', async () => {
  const { agency, page } = await startPlainClient(api);
  const { clientId } = page;
  await agency.allocate(clientId, 100_000);
  for (let index = 0; index < 20; index += 1) {
    const call = { clientId, callId: `call-${index}` };
    const [started, recorded] = await Promise.all([agency.try('calls.start', call), agency.call('usage.record', { ...call, seconds: 60 })]);
    assert(started.status === 200 || codeOf(started) === 'call.over', JSON.stringify(started));
    const ended = await agency.call('calls.end', { ...call, seconds: 60 });
    assert.deepEqual(
      { cost: ended.costMillis, repeated: ended.repeated, record: recorded.costMillis },
      { cost: 1000, repeated: true, record: 1000 },
    );
  }
  const { available, held } = await page.balance();
  assert.deepEqual({ available, held, minutes: await agency.minutes() }, { available: 80_000, held: 0, minutes: 980_000 });
});

test('calls.start C27: at the floor calls are refused neutrally, nothing is debited, and the agency is told once', async () => {
  const { agency, page, clientId } = await clientUnder({ kind: 'floor', floorMillis: -2000 }, 1000);
  await agency.live.call('agency.update', { brand: { ...(await agency.call('agency.read', {})).brand, supportEmail: 'help@agency.test' } });
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 180 });
  const replies = [
    await agency.try('calls.start', { clientId, callId: 'call-2' }),
    await agency.try('calls.start', { clientId, callId: 'call-3' }),
    await agency.try('calls.start', { clientId, callId: 'call-4' }),
  ];
  for (const reply of replies) {
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'agency.minutes_exhausted' });
    assert.doesNotMatch((reply.body as unknown as ErrorBody).error.message, /minute|agency|balance/i);
  }
  assert.equal((await page.balance()).available, 97_000);
  assert.equal(await agency.minutes(), -2000);
  assert.equal(await alerts(agency), 1);
  const mail = await sandbox.mail.waitForMail('help@agency.test', () => true);
  assert.match(mail.subject, /minutes are used up/);
  assert.equal(api.logs.filter((line) => line.includes(agency.id) && line.includes('agency.minutes_exhausted: ')).length, 1);
});

test('calls.start C27 MT21: the agency is told at an address of its own, and clients never see it', async () => {
  const { agency, page, clientId } = await clientUnder({ kind: 'floor', floorMillis: -1000 }, 1000);
  const { brand } = await agency.call('agency.read', {});
  await agency.live.call('agency.update', { brand: { ...brand, supportEmail: 'clients@agency.test' } });
  await agency.call('agency.update', { alerts: { email: 'ops@agency.test' } });
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 120 });
  await agency.try('calls.start', { clientId, callId: 'call-2' });
  const mail = await sandbox.mail.waitForMail('ops@agency.test', () => true);
  assert.match(mail.subject, /minutes are used up/);
  assert.equal(JSON.stringify(await page.bootstrap()).includes('ops@agency.test'), false);
});

test('usage.record SX4 C27: at the floor a call that was made is charged below it, and the agency is told', async () => {
  const { agency, page, clientId } = await clientUnder({ kind: 'floor', floorMillis: 0 }, 1000);
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 60 });
  assert.deepEqual({ minutes: await agency.minutes(), alerts: await alerts(agency) }, { minutes: 0, alerts: 0 });
  for (const callId of ['call-2', 'call-3'])
    assert.equal((await agency.call('usage.record', { clientId, callId, seconds: 60 })).overrunMillis, 0);
  assert.deepEqual({ minutes: await agency.minutes(), alerts: await alerts(agency) }, { minutes: -2000, alerts: 1 });
  assert.equal((await page.balance()).available, 97_000);
});

test('calls.start C16: without a policy the minutes go below zero, and a hold counts before its use', async () => {
  const { agency, clientId } = await clientUnder({ kind: 'unlimited' }, 0);
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 300 });
  assert.equal(await agency.minutes(), -5000);
  const floored = await clientUnder({ kind: 'floor', floorMillis: 0 }, 5000);
  const starts = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      floored.agency.try('calls.start', { clientId: floored.clientId, callId: `call-${index}`, seconds: 60 }),
    ),
  );
  assert.deepEqual({ started: count(statuses(starts), 200), refused: count(statuses(starts), 403) }, { started: 5, refused: 3 });
});

test('accounts.verifyEmail C16 F26: 50 minutes pay for five of eight confirmations at once; the others wait', async () => {
  for (const [minutesPolicy, minutes, granted] of [
    [{ kind: 'floor', floorMillis: 0 }, 50_000, 5],
    [{ kind: 'no_grant' }, 50_000, 5],
    [{ kind: 'floor', floorMillis: -20_000 }, 5000, 2],
    [{ kind: 'unlimited' }, 50_000, 8],
  ] as [Policy, number, number][]) {
    const agency = await api.createAgency({ stripe: false, minutesMillis: minutes });
    await agency.call('agency.update', { minutesPolicy });
    const people = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const page = await agency.openPage();
        await page.signUp();
        const { text } = await sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
        return { page, token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' };
      }),
    );
    const confirmed = await Promise.all(people.map(({ page, token }) => page.call('accounts.verifyEmail', { token })));
    assert.equal(confirmed.filter(({ grantedMillis }) => grantedMillis === 10_000).length, granted, JSON.stringify(minutesPolicy));
    assert.equal(confirmed.filter(({ grantedMillis }) => grantedMillis === 0).length, 8 - granted);
    const balances = await Promise.all(people.map(({ page }) => page.balance()));
    assert.equal(balances.filter(({ available }) => available === 10_000).length, granted);
    assert(
      balances.every(({ available, waiting }) => available + waiting === 10_000),
      'what did not come waits',
    );
    assert.equal(await agency.minutes(), minutes - granted * 10_000);
    assert.equal(await alerts(agency), granted === 8 ? 0 : 1);
  }
});

test('credits.statement C4 I8 I10: after all of this every transfer adds up', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
