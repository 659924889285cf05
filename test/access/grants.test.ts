import assert from 'node:assert/strict';
import test from 'node:test';
import { mailboxOf } from '../../api/rules/mailbox.ts';
import type { Agency } from '../support/agency.ts';
import { startApi } from '../support/api.ts';

const { createAgency, deps, logs } = await startApi();
const plan = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 1_000 } as const;

/** Signs up and follows the mailed link. @returns the free credits that came, in milli-credits */
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

test('accounts.verifyEmail F27: many at once take no more than the day holds, every sign-up works, and somebody is told', async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 5 }, minutesMillis: 50_000 });
  const granted = await Promise.all(Array.from({ length: 24 }, (_, index) => farm(agency, `farmer-${index}@example.test`)));
  assert.equal(granted.filter((millis) => millis > 0).length, 5);
  assert.equal(await agency.minutes(), 45_000);
  assert.ok(logs.some((line) => line.includes("the day's free credits are used up") && line.includes(agency.id)));
  assert.equal(await farm(await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 0 } }), 'one@example.test'), 0);
});

test("sessions.mint F27: what the agency's own server vouches for is not capped, and still once per mailbox", async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 1 }, minutesMillis: 50_000 });
  const vouch = (n: number, email: string) =>
    agency.call('sessions.mint', { externalId: `user-${n}`, profile: { firstName: 'Kim', lastName: 'Lee', email, emailVerified: true } });
  await vouch(1, 'one@example.test');
  await vouch(2, 'two@example.test');
  await vouch(3, 'kim@gmail.com');
  await vouch(4, 'k.im+2@gmail.com');
  assert.equal(await agency.minutes(), 47_000);
});

test('the mailbox F27: big providers are known by their spellings, nobody else is', () => {
  for (const [one, other] of [
    ['A.b+c@Gmail.com', 'ab@gmail.com'],
    ['ab@googlemail.com', 'ab@gmail.com'],
    ['x+y@me.com', 'x@icloud.com'],
    ['x-y@yahoo.com', 'x@yahoo.com'],
  ] as const) {
    assert.equal(mailboxOf(one), mailboxOf(other));
  }
  for (const [one, other] of [
    ['a.b@example.com', 'ab@example.com'],
    ['a+b@example.com', 'a@example.com'],
    ['x@outlook.com', 'x@hotmail.com'],
    ['a.b@outlook.com', 'ab@outlook.com'],
  ] as const) {
    assert.notEqual(mailboxOf(one), mailboxOf(other));
  }
});
