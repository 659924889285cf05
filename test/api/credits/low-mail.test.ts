import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { tellOfLowCredits } from '../../../api/domain/credits/low.ts';
import { type MailRow, queueMail } from '../../../api/models/mail.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const api = await startApi();
await api.stopDueWork();
const agency = await api.createAgency({ stripe: false });
const mails = () => mongoose.connection.collection<MailRow>('mails');
const mailsTo = ({ clientId }: Page) => mails().find({ clientId, kind: 'credits_low' }).toArray();
const progress = () => mongoose.connection.collection<{ _id: string; until: Date }>('progress');

let calls = 0;
const call = ({ clientId }: Page, credits: number) => {
  calls += 1;
  return agency.call('usage.record', { clientId, callId: `low-${calls}`, seconds: credits * 60 });
};

/** Does what the job does in its rounds, and returns how many mails the client has got by then. */
async function tell(page: Page): Promise<number> {
  await tellOfLowCredits(api.deps);
  return (await mailsTo(page)).length;
}

/** Opens a client with 100 credits and a confirmed address. */
async function holder(): Promise<Page> {
  await tellOfLowCredits(api.deps);
  const page = await agency.openPage();
  await page.enter();
  const profile = { firstName: 'Mia', lastName: 'Meyer', email: page.email, emailVerified: true };
  await agency.call('sessions.mint', { externalId: page.email, profile });
  const { available } = await page.balance();
  await agency.allocate(page.clientId, 100_000 - available);
  return page;
}

test('credits.balance MT20: a fall below the level is told once, and again only after the credits rose above it', async () => {
  const page = await holder();
  assert.equal(await tell(page), 0);
  await call(page, 80);
  assert.equal(await tell(page), 1);
  await call(page, 1);
  await agency.allocate(page.clientId, 1000);
  await call(page, 1);
  assert.equal(await tell(page), 1);
  await agency.allocate(page.clientId, 100_000);
  assert.equal(await tell(page), 1);
  await call(page, 100);
  assert.equal(await tell(page), 2);
  await progress().updateOne({ _id: 'credits.low' }, { $set: { until: new Date(0) } });
  assert.equal(await tell(page), 2, 'what is read again is not told again');
});

test('credits.balance MT20: credits that a call only holds are left, and tell nobody', async () => {
  const page = await holder();
  const { clientId } = page;
  await agency.call('calls.start', { clientId, callId: 'low-held', seconds: 95 * 60 });
  assert.equal(await tell(page), 0);
  await agency.call('calls.end', { clientId, callId: 'low-held', seconds: 95 * 60 });
  assert.equal(await tell(page), 1);
});

test("credits.balance MT20: the mail has the agency's name and what is left, and none is sent once there is enough", async () => {
  const page = await holder();
  await call(page, 80);
  await tell(page);
  const { subject, text, from } = await api.sandbox.mail.waitForMail(page.email, (mail) => mail.subject.includes('running low'));
  const { companyName } = await page.call('brand.read', {});
  assert.equal(subject, `[Test] Your credits at ${companyName} are running low`);
  assert.match(text, /You have 20 credits left\. Calls stop when they are used up\./);
  assert.match(JSON.stringify(from), new RegExp(companyName));
  await agency.allocate(page.clientId, 100_000);
  const [row = assert.fail('there is no mail')] = await mailsTo(page);
  await queueMail(row, { kind: 'credits_low', memberId: row.memberId, cause: `again/${page.clientId}` });
  await until(async () => (await mailsTo(page)).every(({ state }) => state !== 'waiting'), 'the mail is settled');
  assert.deepEqual(
    (await mailsTo(page)).map(({ state, reason }) => ({ state, reason })),
    [
      { state: 'sent', reason: undefined },
      { state: 'given_up', reason: 'nobody' },
    ],
  );
});

test('credits.balance MT20: whoever turned it off gets none, and nobody at an address that is not confirmed', async () => {
  const page = await holder();
  await page.call('accounts.update', { notices: { lowCredits: false } });
  await call(page, 80);
  await tell(page);
  await until(async () => (await mailsTo(page)).every(({ state }) => state === 'given_up'), 'the mail is given up');
  const unconfirmed = await agency.openPage();
  await unconfirmed.enter();
  await agency.allocate(unconfirmed.clientId, 100_000);
  await call(unconfirmed, 80);
  assert.equal(await tell(unconfirmed), 0);
});

test('credits.balance MT20: a disabled client gets none, and nobody hears of a fall from before the first round', async () => {
  const [disabled, early] = [await holder(), await holder()];
  await call(disabled, 80);
  await agency.call('clients.disable', { clientId: disabled.clientId });
  assert.equal(await tell(disabled), 0);
  await call(early, 80);
  await progress().deleteOne({ _id: 'credits.low' });
  assert.equal(await tell(early), 0);
});

test('credits.balance MT20: a process that dies after the mail is queued has it sent once', async () => {
  const page = await holder();
  await call(page, 80);
  api.crashAt('credits.after_low_mail');
  await assert.rejects(tellOfLowCredits(api.deps));
  api.crashAt(undefined);
  assert.equal((await mailsTo(page)).length, 1);
  assert.equal(await tell(page), 1);
});
