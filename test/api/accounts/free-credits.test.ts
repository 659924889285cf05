import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { formerMailboxOf, mailboxOf } from '../../../api/rules/mailbox.ts';
import { digestInput } from '../../../api/security/digest.ts';
import type { Agency } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const { createAgency, deps, logs } = await startApi();
const plan = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 1_000 } as const;

/**
 * Signs up and follows the mailed link.
 * @returns the free credits received, in milli-credits
 */
async function farm(agency: Agency, email: string): Promise<number> {
  const page = await agency.openPage();
  const { session } = await page.signUp({ email });
  const { agencyId, world, clientId, memberId } = await deps.tokens.readSession(session.token);
  const token = await deps.tokens.signLink('verify', { agencyId, world, clientId, memberId, stamp: email });
  return (await page.call('accounts.verifyEmail', { token })).grantedMillis;
}

test('accounts.verifyEmail F27: a mailbox gets free credits once, however it is spelled', async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 50_000 });
  const granted = [];
  for (const email of ['farmer@gmail.com', 'farmer+1@gmail.com', 'f.a.rmer@gmail.com', 'farmer@googlemail.com', 'farmer+x@outlook.com']) {
    granted.push(await farm(agency, email));
  }
  assert.deepEqual(granted, [1_000, 0, 0, 0, 1_000]);
  assert.equal(await agency.minutes(), 48_000);
  const other = await createAgency({ stripe: false, plan });
  assert.equal(await farm(other, 'farmer@gmail.com'), 1_000, 'another agency has its own');
});

test('accounts.verifyEmail F27: many confirmations at once keep the daily limit, every sign-up works, one alert', async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 5 }, minutesMillis: 50_000 });
  const granted = await Promise.all(Array.from({ length: 24 }, (_, index) => farm(agency, `farmer-${index}@example.test`)));
  assert.equal(granted.filter((millis) => millis > 0).length, 5);
  assert.equal(await agency.minutes(), 45_000);
  assert.ok(logs.some((line) => line.includes('free_credits.used_up') && line.includes(agency.id)));
  assert.equal(await farm(await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 0 } }), 'one@example.test'), 0);
});

test('sessions.mint F27: an address vouched for by the agency is not capped, and gets one grant per mailbox', async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 1 }, minutesMillis: 50_000 });
  const vouch = (n: number, email: string) =>
    agency.call('sessions.mint', { externalId: `user-${n}`, profile: { firstName: 'Kim', lastName: 'Lee', email, emailVerified: true } });
  await vouch(1, 'one@example.test');
  await vouch(2, 'two@example.test');
  await vouch(3, 'kim@gmail.com');
  await vouch(4, 'k.im+2@gmail.com');
  assert.equal(await agency.minutes(), 47_000);
});

test('accounts.verifyEmail SX22: a mailbox of a regional or other provider gets free credits once, even in parallel', async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 50_000 });
  const families = ['outlook.de', 'hotmail.co.uk', 'yahoo.de', 'live.nl', 'zoho.com', 'company.example'];
  for (const host of families) {
    const granted = await Promise.all(
      ['ada@', 'ada+1@', 'Ada+two@', 'ada+1+2@'].map((local) => farm(agency, (local + host).toLowerCase())),
    );
    assert.deepEqual(granted.sort(), [0, 0, 0, 1_000], host);
  }
  const hyphened = [await farm(agency, 'eve-1@yahoo.fr'), await farm(agency, 'eve-2@yahoo.fr')];
  assert.deepEqual(hyphened, [1_000, 0]);
  assert.equal(await farm(agency, 'adam@outlook.de'), 1_000, 'a longer name is another mailbox');
  assert.equal(await agency.minutes(), 50_000 - 1_000 * (families.length + 2));
});

test('accounts.verifyEmail SX22: a mailbox that has a subdomain of its own gets free credits once', async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 50_000 });
  const emails = ['x1@alice.fastmail.com', 'alice@fastmail.com', 'x2@alice.fastmail.com', 'x@bob.fastmail.com'];
  const granted = [];
  for (const email of emails) granted.push(await farm(agency, email));
  assert.deepEqual(granted, [1_000, 0, 0, 1_000]);
});

test('accounts.verifyEmail SX22: a claim under the former name counts for every spelling', async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 50_000 });
  const grants = mongoose.connection.collection<{ _id: string; clientId: string }>('grants');
  const digest = (name: string) => digestInput(deps.keys, 'mailbox', name);
  /** Renames a claim to the form in which it was stored under former mailbox names. */
  const rename = async (email: string) => {
    const [before, now] = [digest(formerMailboxOf(email)), digest(mailboxOf(email))];
    const claim = await grants.findOne({ _id: { $regex: `^${agency.id}/.*/${now}$` } });
    assert.ok(claim && before !== now);
    await grants.deleteOne({ _id: claim._id });
    await grants.insertOne({ ...claim, _id: claim._id.replace(now, before) });
  };
  assert.equal(await farm(agency, 'old+1@outlook.de'), 1_000);
  await rename('old+1@outlook.de');
  for (const email of ['old+2@outlook.de', 'old@outlook.de', 'old+3@outlook.de']) assert.equal(await farm(agency, email), 0, email);
  assert.equal(await farm(agency, 'older+1@outlook.de'), 1_000, 'of another person nothing is known');
  assert.equal(await agency.minutes(), 48_000);
});
