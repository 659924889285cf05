import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { mailedToken, openConfirmed } from '../../support/confirmed.ts';
import type { Page } from '../../support/page.ts';

const { createAgency, sandbox } = await startApi();
const agency = await createAgency({ stripe: false });
const password = 'Sunny-day-42';
const newPassword = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
const address = () => `person-${crypto.randomUUID()}@example.test`;

async function moveTo(page: Page, email: string): Promise<void> {
  await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
  await page.call('accounts.verifyEmail', { token: await mailedToken(sandbox, email, 'verify') });
}

test('accounts.reset A02: a link that went to a former address ends with it', async () => {
  const page = await openConfirmed(agency, sandbox);
  const former = page.email;
  await page.call('accounts.requestReset', { email: former, returnUrl: page.returnUrl });
  const token = await mailedToken(sandbox, former, 'reset');
  await moveTo(page, address());
  const late = await page.try('accounts.reset', { token, ...newPassword });
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 422, code: 'reset.outdated' });
  await page.call('accounts.changePassword', { currentPassword: password, ...newPassword });
});

test('accounts.verifyEmail A02: the first confirmation ends with its address, and the address does not come back', async () => {
  const page = await agency.openPage();
  await page.signUp();
  const token = await mailedToken(sandbox, page.email, 'verify');
  const email = address();
  await moveTo(page, email);
  assert.equal(codeOf(await page.try('accounts.verifyEmail', { token })), 'verification.outdated');
  assert.equal((await page.call('accounts.read', {})).email, email);
});

test('clients.link A02: a token of a former address links nobody', async () => {
  const page = await openConfirmed(agency, sandbox);
  const { token } = await page.call('accounts.linkToken', { password });
  await moveTo(page, address());
  const externalId = crypto.randomUUID();
  assert.equal(codeOf(await agency.try('clients.link', { externalId, token })), 'link.outdated');
  assert.equal((await page.call('accounts.read', {})).signIn.externalId, null);
});

test("accounts.reset A02: a link ends as well where the agency's log-in brings another address", async () => {
  const [page, externalId] = [await openConfirmed(agency, sandbox), crypto.randomUUID()];
  await agency.call('clients.link', { externalId, token: (await page.call('accounts.linkToken', { password })).token });
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const token = await mailedToken(sandbox, page.email, 'reset');
  const profile = { firstName: 'Robin', lastName: 'Meyer', email: address(), emailVerified: true };
  await agency.call('sessions.mint', { externalId, profile });
  assert.equal(codeOf(await page.try('accounts.reset', { token, ...newPassword })), 'reset.outdated');
});

test('accounts.verifyEmail A02: a link that a mail program has cut off says so, and the whole one still counts', async () => {
  const page = await agency.openPage();
  await page.signUp();
  const token = await mailedToken(sandbox, page.email, 'verify');
  const cut = token.slice(0, -9);
  const replies = [
    await page.try('accounts.verifyEmail', { token: cut }),
    await page.try('accounts.reset', { token: cut, ...newPassword }),
    await agency.try('clients.link', { externalId: 'user-7', token: cut }),
  ];
  assert.deepEqual(replies.map(codeOf), ['verification.refused', 'reset.refused', 'link.refused']);
  await page.call('accounts.verifyEmail', { token });
});
