import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const api = await startApi();
const beside = await api.beside();

/** An agency and its twin, whose calls go to the second process. */
async function openTwins() {
  const agency = await api.createAgency({ stripe: false });
  return [agency, new Agency({ ...agency, url: beside })] as const;
}

const clientsOf = (agencyId: string) => mongoose.connection.collection('clients').countDocuments({ agencyId });

test('sessions.mint T5: a new user whose pages all open at the same moment, at two processes, is one client', async () => {
  const agency = await api.createAgency({ stripe: false });
  for (let round = 0; round < 5; round += 1) {
    const profile = { firstName: 'Kim', lastName: 'Lee', email: `kim-${round}@example.test`, emailVerified: true };
    const before = await clientsOf(agency.id);
    const minted = await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        const there = index % 2 === 0 ? agency : new Agency({ ...agency, url: beside });
        return there.try('sessions.mint', { externalId: `user-${round}`, profile });
      }),
    );
    assert.deepEqual([...new Set(minted.map((reply) => `${reply.status} ${codeOf(reply) ?? ''}`))], ['200 ']);
    assert.equal(new Set(minted.map(({ body }) => body.account.clientId)).size, 1);
    assert.equal(await clientsOf(agency.id), before + 1);
  }
});

test('accounts.signUp A24: of sign-ups with one address at the same moment, at two processes, one is let in', async () => {
  const [agency, twin] = await openTwins();
  const pages = await Promise.all([agency, twin, agency, twin].map((one) => one.openPage()));
  const replies = await Promise.all(
    pages.map((page, index) => page.try('accounts.signUp', page.form({ email: index < 2 ? 'Ada@example.test' : 'ada@example.test' }))),
  );
  assert.deepEqual(replies.map((reply) => `${reply.status} ${codeOf(reply) ?? ''}`).sort(), ['200 ', ...Array(3).fill('409 email.taken')]);
  assert.equal(await clientsOf(agency.id), 1);
});

test('clients.disable A24: whoever is let in while a client is disabled is out afterwards, at every process', async () => {
  const [agency, twin] = await openTwins();
  const page = await agency.openPage();
  const { clientId } = (await page.signUp()).account;
  const [disabled, ...minted] = await Promise.all([
    agency.try('clients.disable', { clientId }),
    ...Array.from({ length: 8 }, (_, index) => (index % 2 ? twin : agency).try('sessions.mint', { clientId })),
  ]);
  assert.equal(disabled.status, 200);
  await agency.call('clients.enable', { clientId });
  for (const { status, body } of minted) {
    if (status !== 200) continue;
    page.token = body.session.token;
    assert.equal((await page.try('credits.balance', {})).status, 401);
  }
});

test('keys.rotate T7: rotations of one key at two processes leave one key without an end', async () => {
  const [agency, twin] = await openTwins();
  const rotate = (one: Agency) => one.try('keys.rotate', { kind: 'secret', overlapSeconds: 60 });
  for (let round = 0; round < 3; round += 1) {
    const replies = await Promise.all([rotate(agency), rotate(twin), rotate(agency), rotate(twin)]);
    assert.ok(replies.some(({ status }) => status === 200));
    for (const reply of replies) if (reply.status !== 200) assert.equal(codeOf(reply), 'key.rotating');
    const { keys } = await agency.call('keys.list', {});
    const lasting = keys.filter(({ kind, worksUntil }) => kind === 'secret' && worksUntil === null);
    assert.equal(lasting.length, 1, JSON.stringify(keys));
  }
});

test('agencies.create D1: a slug that two want at the same moment is one agency’s', async () => {
  const [one, other] = await openTwins();
  const input = { name: 'X', slug: 'wanted-by-two', plan: { centsPer100Credits: 4000, currency: 'EUR' as const } };
  const replies = await Promise.all([
    api.platform('agencies.create', input).then(() => 'created', String),
    one.live.try('agency.update', { slug: 'wanted-by-two' }).then(({ status }) => status),
    new Agency({ ...other, url: beside }).live.try('agency.update', { slug: 'wanted-by-two' }).then(({ status }) => status),
  ]);
  const holders = await mongoose.connection.collection('agencies').countDocuments({ slug: 'wanted-by-two' });
  assert.equal(holders, 1, JSON.stringify(replies));
});

test('accounts.verifyEmail S10: a link that is used at the same moment at two processes brings the free credits once', async () => {
  const [agency, twin] = await openTwins();
  for (let round = 0; round < 3; round += 1) {
    const page = await agency.openPage();
    await page.signUp();
    const before = await agency.minutes();
    const { text } = await api.sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
    const token = /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? assert.fail(text);
    const visitors = await Promise.all([agency, twin, agency, twin, agency, twin].map((one) => one.openPage()));
    const replies = await Promise.all(visitors.map((visitor) => visitor.try('accounts.verifyEmail', { token })));
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200], JSON.stringify(replies));
    assert.deepEqual(
      { available: (await page.balance()).available, minutesUsed: before - (await agency.minutes()) },
      { available: 10_000, minutesUsed: 10_000 },
    );
  }
});
