import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { dueDeletions } from '../../../api/domain/deletions/deletions.ts';
import { workThrough } from '../../../api/domain/due/due.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { buy, openNumberShop } from '../numbers/shop.ts';

const api = await startApi();
await api.stopDueWork();
const shop = await openNumberShop(api, { changes: { freeMillis: 10_000 } });
const { agency } = shop;

/** A client with 10 free credits, 100 given ones, a number and a description that names it. */
async function holder(): Promise<Page> {
  const page = await agency.openPage();
  await page.enter();
  const profile = { firstName: 'Mia', lastName: 'Meyer', email: page.email, emailVerified: true };
  await agency.call('sessions.mint', { externalId: page.email, profile });
  await agency.allocate(page.clientId, 100_000, 'A gift for Mia');
  const call = { clientId: page.clientId, callId: `of-${page.clientId}`, seconds: 0, number: '+1 415 555 0100' };
  await agency.call('usage.record', call);
  assert.equal((await callsOf(page)).length, 1);
  return page;
}

const stored = async (name: string, filter: object) => mongoose.connection.collection(name).find(filter).toArray();
const textsOf = (page: Page) => stored('descriptions', { text: 'A gift for Mia', _id: { $regex: page.clientId } as never });
const callsOf = (page: Page) => stored('calldetails', { _id: { $regex: page.clientId } as never });
const deletionsIn = async (page: Page) =>
  (await agency.call('journal.list', { limit: 50 })).entries.filter(
    ({ action, target }) => action === 'accounts.delete' && target === page.clientId,
  );

/** Asserts that nobody can tell any more who the client was, and that its entries are all there. */
async function assertErased(page: Page, entries: number): Promise<void> {
  const [client] = await stored('clients', { _id: page.clientId });
  assert.ok(client?.deletedAt && client.disabledAt);
  assert.deepEqual({ members: client.members, profile: client.profile }, { members: [], profile: {} });
  assert.ok(!JSON.stringify(client).includes('Mia') && !JSON.stringify(client).includes(page.email));
  assert.deepEqual(await textsOf(page), []);
  assert.deepEqual(await callsOf(page), []);
  const transfers = await stored('transfers', { 'postings.account': `client.${client.subject}` });
  assert.equal(transfers.length, entries);
  assert.equal((await deletionsIn(page)).length, 1);
  const mails = await stored('mails', { clientId: page.clientId, kind: 'deleted' });
  assert.equal(mails.length, 1);
  assert.ok(!JSON.stringify(mails).includes(page.email), 'the address is sealed');
}

test('accounts.delete MT23: it says what is lost, and then numbers, credits and the person are gone', async () => {
  const page = await holder();
  const { number } = await buy(page);
  const display = (await page.call('numbers.list', {})).numbers[0]?.display ?? '';
  const minutes = await agency.minutes();
  const losses = await page.call('accounts.deletion', {});
  assert.deepEqual(
    { ...losses, numbers: losses.numbers.map(({ id: _, ...shown }) => shown) },
    {
      ...{ confirmation: page.email, returnedMillis: 10_000, lostMillis: 95_000 },
      ...{ numbers: [{ number, display, released: true }], sources: 0, openPages: 0, underWay: false },
    },
  );
  assert.equal(display.replaceAll(' ', ''), number);
  assert.notEqual(display, number, 'people read it in groups');
  const input = { confirmation: page.email, lostMillis: 95_000, numbers: 1 };
  await page.call('accounts.delete', { ...input, confirmation: ` ${page.email.toUpperCase()} ` });
  assert.equal(await agency.minutes(), minutes + 10_000);
  await assertErased(page, 5);
  const again = await page.try('accounts.delete', input);
  assert.deepEqual({ status: again.status, code: codeOf(again) }, { status: 403, code: 'client.disabled' });
  const [row] = await stored('phonenumbers', { clientId: page.clientId });
  assert.equal(row?.state, 'released');
  assert.equal((await audit()).violations, 0);
});

test('accounts.delete MT23: it is refused unless the person confirms what is lost by now, and nothing has changed', async () => {
  const page = await holder();
  const input = { confirmation: page.email, lostMillis: 100_000, numbers: 0 };
  const cases = [
    [{ ...input, confirmation: 'other@example.test' }, 'deletion.unconfirmed'],
    [{ ...input, lostMillis: 99_999 }, 'deletion.changed'],
    [{ ...input, password: 'Sunny-day-42' }, 'password.wrong'],
  ] as const;
  for (const [wrong, code] of cases) assert.equal(codeOf(await page.try('accounts.delete', wrong)), code);
  await agency.call('calls.start', { clientId: page.clientId, callId: `call-${page.clientId}` });
  assert.equal((await page.call('accounts.deletion', {})).underWay, true);
  assert.equal(codeOf(await page.try('accounts.delete', input)), 'deletion.under_way');
  await agency.call('calls.cancel', { clientId: page.clientId, callId: `call-${page.clientId}` });
  await mongoose.connection.collection('sessions').updateMany({ clientId: page.clientId }, { $set: { createdAt: new Date(0) } });
  assert.equal(codeOf(await page.try('accounts.delete', input)), 'sign_in.too_old');
  assert.equal((await page.balance()).available, 110_000);
});

test('accounts.delete MT23: a client that is deleted is not enabled, and its external id and address are free', async () => {
  const page = await holder();
  await page.call('accounts.delete', { confirmation: page.email, lostMillis: 100_000, numbers: 0 });
  assert.equal(codeOf(await agency.try('clients.enable', { clientId: page.clientId })), 'client.deleted');
  const [client] = await stored('clients', { _id: page.clientId });
  assert.ok(client?.disabledAt);
  const profile = { firstName: 'Mia', lastName: 'Meyer', email: page.email, emailVerified: true };
  const anew = await agency.call('sessions.mint', { externalId: page.email, profile });
  assert.notEqual(anew.account.clientId, page.clientId);
  const grants = await stored('transfers', {
    kind: 'signup.grant',
    'postings.account': { $exists: true },
    _id: { $regex: anew.account.clientId },
  });
  assert.equal(grants.length, 0, 'a mailbox has free credits once');
});

test('bootstrap.read MT22 MT23: a page of an account that is being deleted is signed out, and not called disabled', async () => {
  const page = await holder();
  const { session } = await agency.call('sessions.mint', { clientId: page.clientId });
  api.crashAt('deletion.after_begin');
  const { status } = await page.try('accounts.delete', { confirmation: page.email, lostMillis: 100_000, numbers: 0 });
  api.crashAt(undefined);
  assert.equal(status, 500);
  const visitor = await agency.openPage();
  for (const found of [await page.bootstrap(), await visitor.call('bootstrap.read', { token: session.token })]) {
    const { notice, noticeCode, account } = found;
    assert.deepEqual({ notice, noticeCode, account }, { notice: null, noticeCode: null, account: null });
  }
  api.sandbox.clock.advance(3600);
  await workThrough(dueDeletions(api.deps), api.deps);
  await assertErased(page, 3);
});

const points = [
  'deletion.after_begin',
  'deletion.after_things',
  'deletion.after_close',
  'deletion.after_journal',
] as const satisfies CrashPoint[];
for (const point of points) {
  test(`accounts.delete MT23: a process that dies at ${point} shuts out, and another one finishes once`, async () => {
    const page = await holder();
    const minutes = await agency.minutes();
    api.crashAt(point);
    const { status } = await page.try('accounts.delete', { confirmation: page.email, lostMillis: 100_000, numbers: 0 });
    api.crashAt(undefined);
    assert.equal(status, point === 'deletion.after_begin' ? 500 : 200);
    assert.equal(codeOf(await page.try('accounts.read', {})), 'client.disabled');
    api.sandbox.clock.advance(3600);
    await Promise.all([workThrough(dueDeletions(api.deps), api.deps), workThrough(dueDeletions(api.deps), api.deps)]);
    await assertErased(page, 3);
    assert.equal(await agency.minutes(), minutes + 10_000);
    assert.equal((await audit()).violations, 0);
  });
}
