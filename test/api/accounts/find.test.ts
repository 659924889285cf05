import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { openConfirmed } from '../../support/confirmed.ts';

const { createAgency, sandbox } = await startApi();
const agency = await createAgency({ stripe: false });

test("clients.find MT27: the agency's server finds a client by its address in any spelling, and by its own id", async () => {
  const page = await openConfirmed(agency, sandbox);
  const found = await agency.call('clients.find', { email: page.email.toUpperCase() });
  assert.deepEqual(
    {
      clientId: found.clientId,
      email: found.email,
      emailVerified: found.emailVerified,
      externalId: found.externalId,
      disabled: found.disabled,
    },
    { clientId: page.clientId, email: page.email, emailVerified: true, externalId: null, disabled: false },
  );
  const externalId = crypto.randomUUID();
  const { token } = await page.call('accounts.linkToken', {});
  await agency.call('clients.link', { externalId, token });
  await agency.call('clients.disable', { clientId: page.clientId });
  assert.deepEqual(await agency.call('clients.find', { externalId }), { ...found, externalId, disabled: true });
});

test('clients.find MT27: a username is no address, and a client of another agency is nobody', async () => {
  const page = await agency.openPage();
  await page.signUp();
  const stranger = await createAgency({ stripe: false });
  assert.equal(codeOf(await stranger.try('clients.find', { email: page.email })), 'client.not_found');
  assert.equal(codeOf(await agency.try('clients.find', { externalId: 'nobody' })), 'client.not_found');
  const both = await agency.try('clients.find', { email: page.email, externalId: 'user-7' });
  const none = await agency.try('clients.find', {});
  for (const refused of [both, none]) assert.match(JSON.stringify(refused.body), /Give either email or externalId\./);
});
