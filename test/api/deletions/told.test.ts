import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { startApi } from '../../support/api.ts';
import { openConfirmed } from '../../support/confirmed.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const { createAgency, sandbox } = await startApi();
const agency = await createAgency({ stripe: false });

const mailsOf = (page: Page) => mongoose.connection.collection('mails').find({ clientId: page.clientId }).toArray();

async function remove(page: Page): Promise<void> {
  const { lostMillis } = await page.call('accounts.deletion', {});
  await page.call('accounts.delete', { confirmation: page.email, lostMillis, numbers: 0 });
}

test('accounts.delete MT23: whose account was deleted reads it by mail, and nothing keeps the address', async () => {
  const page = await openConfirmed(agency, sandbox);
  await remove(page);
  const { text, links } = await sandbox.mail.waitForMail(page.email, ({ subject }) => subject.includes('was deleted'));
  assert.match(text, /If it was not you, tell Agency /);
  assert.deepEqual(links, []);
  await until(async () => (await mailsOf(page)).every(({ state }) => state !== 'waiting'), 'all mails are settled');
  const [row] = (await mailsOf(page)).filter(({ kind }) => kind === 'deleted');
  assert.deepEqual({ state: row?.state, to: row?.to }, { state: 'sent', to: undefined });
  const database = mongoose.connection.db ?? assert.fail();
  for (const { name } of await database.listCollections().toArray()) {
    const rows = await database.collection(name).find({}).toArray();
    assert.ok(!JSON.stringify(rows).includes(page.email), name);
  }
});

test('accounts.delete MT23: an address that nobody confirmed is told nothing', async () => {
  const page = await agency.openPage();
  await page.signUp();
  await remove(page);
  assert.deepEqual(
    (await mailsOf(page)).filter(({ kind }) => kind === 'deleted'),
    [],
  );
});
