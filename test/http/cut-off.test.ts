import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import { isPaid, startSecond } from '../support/second-server.ts';
import { until } from '../support/until.ts';
import { names, operationOf } from './world.ts';

const api = await startApi();
const { createAgency, sandbox, url } = api;
const elsewhere = await startSecond(api);

/** Reads the balance at one of the two processes. */
const read = (page: Page, base = url) =>
  call(`${base}/v1/credits.balance?key=${page.agency.keys.test.publishable}`, { method: 'GET', key: page.token, origin: page.origin });
const answers = async (page: Page, base: string, status: number) => (await read(page, base)).status === status;

async function twoBrowsers() {
  const agency = await createAgency({ stripe: false });
  const [one, other] = [await agency.openPage(), await agency.openPage()];
  await one.signUp();
  await other.signIn(one.email);
  return { agency, one, other };
}

/** Opens the live stream of a page at the other process; resolves when it is cut off. */
async function openStream(page: Page): Promise<{ ended: Promise<void> }> {
  const reply = await fetch(`${elsewhere}/v1/live.stream?key=${page.agency.keys.test.publishable}`, {
    headers: { authorization: `Bearer ${page.token}`, origin: page.origin },
  });
  assert.equal(reply.status, 200);
  const reader = reply.body?.getReader();
  await reader?.read();
  const ended = (async () => {
    while (!(await reader?.read())?.done);
  })();
  return { ended };
}

async function endsWithin(ms: number, { ended }: { ended: Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the stream goes on')), ms);
  });
  await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

async function startPurchase(page: Page) {
  const { packages } = await page.call('credits.packages', {});
  return page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
}

test('sessions.list S13: a member sees its sessions and ends one of them, here and in other processes', async () => {
  const { one, other } = await twoBrowsers();
  const { sessions } = await one.call('sessions.list', {});
  assert.deepEqual(
    sessions.map(({ current, origin }) => [current, origin]),
    [
      [false, 'page'],
      [true, 'page'],
    ],
  );
  assert.equal((await read(other, elsewhere)).status, 200);
  const sessionId = sessions.find(({ current }) => !current)?.sessionId ?? '';
  await one.call('sessions.endOne', { sessionId });
  await one.call('sessions.endOne', { sessionId });
  assert.equal((await read(other)).status, 401);
  await until(() => answers(other, elsewhere, 401), 'the refusal', 5);
  assert.equal((await other.refresh()).status, 401);
  assert.equal((await read(one)).status, 200);
});

test("sessions.endOne S13: another member's session is a 404", async () => {
  const [{ one }, { one: stranger }] = [await twoBrowsers(), await twoBrowsers()];
  const { sessions } = await stranger.call('sessions.list', {});
  const reply = await one.try('sessions.endOne', { sessionId: sessions[0]?.sessionId ?? '' });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 404, code: 'session.not_found' });
  assert.equal((await read(stranger)).status, 200);
});

test('sessions.endAll S13: both browsers lose access within five seconds, also their open streams', async () => {
  const { one, other } = await twoBrowsers();
  const stream = await openStream(other);
  assert.equal((await one.call('sessions.endAll', {})).ended, 2);
  await endsWithin(5_000, stream);
  for (const page of [one, other]) {
    await until(() => answers(page, elsewhere, 401), 'the refusal', 5);
    assert.equal((await page.refresh()).status, 401);
    assert.equal((await page.bootstrap()).session, null);
  }
});

test('clients.endSessions T7: the agency signs a client out everywhere, and the client can sign in again', async () => {
  const { agency, one, other } = await twoBrowsers();
  assert.equal((await agency.call('clients.endSessions', { clientId: one.clientId })).ended, 2);
  for (const page of [one, other]) assert.equal((await read(page)).status, 401);
  await one.signIn(one.email);
  assert.equal((await read(one)).status, 200);
});

test('bootstrap.read MT22: whoever was signed in reads that the account is disabled, and nobody else does', async () => {
  const agency = await createAgency();
  const [page, stranger] = [await agency.openPage(), await agency.openPage()];
  await page.signUp();
  const minted = await agency.call('sessions.mint', { clientId: page.clientId });
  await agency.call('clients.disable', { clientId: page.clientId });
  const disabled = { notice: 'This account is disabled. Please contact support.', noticeCode: 'disabled', account: null, balance: null };
  const read = async (answer: ReturnType<typeof page.bootstrap>) => {
    const { notice, noticeCode, account, balance } = await answer;
    return { notice, noticeCode, account, balance };
  };
  for (let load = 0; load < 2; load += 1) assert.deepEqual(await read(page.bootstrap()), disabled);
  assert.deepEqual(await read(stranger.call('bootstrap.read', { token: minted.session.token })), disabled);
  const open = { notice: null, noticeCode: null, account: null, balance: null };
  assert.deepEqual(await read(stranger.bootstrap()), open);
  const { proof } = (await page.prove(`${agency.url}/v1/bootstrap.read`)) ?? {};
  const stolen = { refreshToken: 'x'.repeat(43), proof: proof ?? '' };
  assert.deepEqual(await read(stranger.call('bootstrap.read', { refresh: stolen })), open);
  await agency.call('clients.enable', { clientId: page.clientId });
  assert.deepEqual(await read(page.bootstrap()), open);
});

test('clients.disable S11 A24: a disabled client loses all access at once, and its payment is still credited', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.signUp();
  const { purchaseId, sessionId } = await startPurchase(page);
  const stream = await openStream(page);
  await agency.call('clients.disable', { clientId: page.clientId, reason: 'Lost contract' });
  for (const name of names) {
    const { callers } = operationOf(name);
    if (callers.client === undefined || operationOf(name).stream) continue;
    const reply = await page.try(name, {} as never);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'client.disabled' }, name);
  }
  await until(() => answers(page, elsewhere, 403), 'the refusal', 5);
  await endsWithin(5_000, stream);
  assert.equal((await page.refresh()).status, 403);
  const back = await page.try('accounts.signIn', { login: page.email, password: 'Sunny-day-42', publicKey: page.publicKey });
  assert.deepEqual({ status: back.status, code: codeOf(back) }, { status: 403, code: 'client.disabled' });
  const minted = await agency.try('sessions.mint', { clientId: page.clientId });
  assert.deepEqual({ status: minted.status, code: codeOf(minted) }, { status: 403, code: 'client.disabled' });

  sandbox.stripe.pay(sessionId);
  await until(isPaid(purchaseId), 'the payment');
  assert.equal((await agency.call('credits.balance', { clientId: page.clientId })).available, 100_000);

  await agency.call('clients.enable', { clientId: page.clientId });
  assert.equal((await read(page)).status, 401, 'its sessions ended for good');
  await page.signIn(page.email);
  assert.equal((await page.balance()).available, 100_000);
});

test('agencies.suspend A24 A41: a suspended agency is refused everywhere, and payments are still credited', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.signUp();
  const { purchaseId, sessionId } = await startPurchase(page);
  const stream = await openStream(page);
  await api.platform('agencies.suspend', { agencyId: agency.id, reason: 'Unpaid' });
  for (const name of names) {
    const { callers, stream: isStream } = operationOf(name);
    if (callers.anyone || isStream) continue;
    for (const reply of [
      (callers.client || callers.visitor) && (await page.try(name, {} as never)),
      callers.agency && (await agency.try(name, {} as never)),
    ]) {
      if (reply) assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'agency.suspended' }, name);
    }
  }
  await until(() => answers(page, elsewhere, 403), 'the refusal', 5);
  await endsWithin(5_000, stream);
  sandbox.stripe.pay(sessionId);
  await until(isPaid(purchaseId), 'the payment');
  await api.platform('agencies.resume', { agencyId: agency.id, reason: 'Paid' });
  assert.equal((await page.balance()).available, 100_000);
  const nobody = await call(`${url}/v1/agencies.suspend`, { key: api.platformKey, body: { agencyId: 'agn_nobody', reason: 'x' } });
  assert.equal(nobody.status, 404);
});

test('agency.update G8: a closed portal shows its notice, nobody buys, and payments are still credited', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.signUp();
  const { purchaseId, sessionId } = await startPurchase(page);
  assert.equal((await page.bootstrap()).notice, null);
  await agency.call('agency.update', { portal: { active: false, notice: 'Back on Monday.' } });
  const { notice, noticeCode, clientsOnly, brand } = await page.bootstrap();
  assert.deepEqual(
    { notice, noticeCode, clientsOnly, companyName: brand.companyName },
    { notice: 'Back on Monday.', noticeCode: 'own', clientsOnly: undefined, companyName: `Agency ${agency.slug}` },
  );
  const visitor = await agency.openPage();
  const { packages } = await page.call('credits.packages', {});
  for (const reply of [
    await visitor.try('accounts.signUp', visitor.form()),
    await page.try('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl }),
  ]) {
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'agency.unavailable' });
    const { message, values } = (reply.body as unknown as ErrorBody).error;
    assert.deepEqual({ message, values }, { message: 'Back on Monday.', values: { notice: 'own', text: 'Back on Monday.' } });
  }
  sandbox.stripe.pay(sessionId);
  await until(isPaid(purchaseId), 'the payment');
  assert.equal((await page.balance()).available, 100_000);
  await agency.call('agency.update', { portal: { active: false, notice: null } });
  const { notice: ours, noticeCode: code } = await page.bootstrap();
  assert.deepEqual({ ours, code }, { ours: 'This service is not available at the moment.', code: 'none' });
  await agency.call('agency.update', { portal: { active: true } });
  assert.equal((await page.bootstrap()).notice, null);
  assert.equal((await visitor.try('accounts.signUp', visitor.form())).status, 200);
});
