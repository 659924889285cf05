import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Agency } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';

const api = await startApi();
const { createAgency, deps, sandbox } = api;
const DAY_SECONDS = 24 * 3600;
const plan = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 1_000 } as const;

/**
 * Signs up and follows the mailed link.
 * @returns the page, and the milli-credits received
 */
async function confirmed(agency: Agency): Promise<{ page: Page; came: number }> {
  const page = await agency.openPage();
  const { session } = await page.signUp();
  const { agencyId, world, clientId, memberId } = await deps.tokens.readSession(session.token);
  const token = await deps.tokens.signLink('verify', { agencyId, world, clientId, memberId, stamp: page.email });
  return { page, came: (await page.call('accounts.verifyEmail', { token })).grantedMillis };
}

/** Reads the available and the waiting credits, as a reopened page sees them. */
async function seen(page: Page): Promise<{ available: number; waiting: number }> {
  const { balance } = await page.bootstrap();
  return { available: balance?.available ?? -1, waiting: balance?.waiting ?? -1 };
}

test('accounts.verifyEmail F27: free credits confirmed on a full day come once, on another day', async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 1 }, minutesMillis: 50_000 });
  const [first, second, third] = [await confirmed(agency), await confirmed(agency), await confirmed(agency)];
  assert.deepEqual({ first: first.came, second: second.came, third: third.came }, { first: 1_000, second: 0, third: 0 });
  assert.deepEqual(
    { first: await seen(first.page), second: await seen(second.page) },
    { first: { available: 1_000, waiting: 0 }, second: { available: 0, waiting: 1_000 } },
  );
  const late = await agency.openPage();
  assert.equal((await late.bootstrap()).freeMillis, 0, 'nobody is promised any on a full day');
  await late.signUp();
  assert.doesNotMatch((await sandbox.mail.waitForMail(late.email)).text, /free credit/);
  assert.equal((await second.page.bootstrap()).account?.emailVerified, true);
  sandbox.clock.advance(DAY_SECONDS);
  assert.equal((await second.page.balance()).waiting, 1_000);
  const again = await agency.openPage();
  assert.deepEqual((await again.signIn(second.page.email)).balance.available, 1_000, 'signing in brings them as well');
  assert.deepEqual(
    { second: await seen(second.page), third: await seen(third.page) },
    { second: { available: 1_000, waiting: 0 }, third: { available: 0, waiting: 1_000 } },
    'the next day is full, too',
  );
  sandbox.clock.advance(DAY_SECONDS);
  assert.deepEqual(
    { third: await seen(third.page), thirdAgain: await seen(third.page), second: await seen(second.page) },
    { third: { available: 1_000, waiting: 0 }, thirdAgain: { available: 1_000, waiting: 0 }, second: { available: 1_000, waiting: 0 } },
  );
  assert.equal(await agency.minutes(), 47_000);
});

test("accounts.verifyEmail MT12: at the agency's floor nothing is promised to visitors, and what was promised waits", async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 1_000 });
  const page = await agency.openPage();
  assert.equal((await page.bootstrap()).freeMillis, 1_000);
  const { session } = await page.signUp();
  await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: 1_000 } });
  const { agencyId, world, clientId, memberId } = await deps.tokens.readSession(session.token);
  const token = await deps.tokens.signLink('verify', { agencyId, world, clientId, memberId, stamp: page.email });
  const { grantedMillis, waitingMillis } = await page.call('accounts.verifyEmail', { token });
  assert.deepEqual({ grantedMillis, waitingMillis }, { grantedMillis: 0, waitingMillis: 1_000 });
  const late = await agency.openPage();
  assert.equal((await late.bootstrap()).freeMillis, 0);
  await late.signUp();
  const mail = await sandbox.mail.waitForMail(late.email);
  assert.doesNotMatch(mail.text, /free credit/, 'the mail promises nothing either');
  await agency.call('agency.update', { minutesPolicy: { kind: 'no_grant' } });
  assert.deepEqual(await seen(page), { available: 1_000, waiting: 0 });
});

test('accounts.verifyEmail C16: free credits confirmed without agency minutes come once it has some', async () => {
  const agency = await createAgency({ stripe: false, plan, minutesMillis: 1_000 });
  await agency.call('agency.update', { minutesPolicy: { kind: 'no_grant' } });
  const [first, second] = [await confirmed(agency), await confirmed(agency)];
  assert.deepEqual({ first: first.came, second: second.came }, { first: 1_000, second: 0 });
  assert.deepEqual(
    { second: await seen(second.page), again: await seen(second.page) },
    { second: { available: 0, waiting: 1_000 }, again: { available: 0, waiting: 1_000 } },
  );
  await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
  assert.deepEqual(
    { second: await seen(second.page), again: await seen(second.page) },
    { second: { available: 1_000, waiting: 0 }, again: { available: 1_000, waiting: 0 } },
  );
  assert.equal(await agency.minutes(), -1_000);
});

test('bootstrap.read F27: after a crash behind waiting credits they come once, and take no place of another day', async () => {
  const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: 1 }, minutesMillis: 50_000 });
  await confirmed(agency);
  const { page } = await confirmed(agency);
  sandbox.clock.advance(DAY_SECONDS);
  api.crashAt('verify.after_grant');
  await page.bootstrap();
  api.crashAt(undefined);
  sandbox.clock.advance(DAY_SECONDS);
  assert.equal((await confirmed(agency)).came, 1_000, 'the day is full then');
  assert.deepEqual(await seen(page), { available: 1_000, waiting: 0 });
  assert.equal(await agency.minutes(), 47_000);
});

test('bootstrap.read F27: in any history everybody gets the free credits once, and no day exceeds its limit', async () => {
  const step = fc.oneof(
    fc.constant('confirm' as const),
    fc.constant('day' as const),
    fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }), // several at the same moment
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.array(step, { maxLength: 8 }), async (most, steps) => {
      const agency = await createAgency({ stripe: false, plan: { ...plan, freeGrantsPerDay: most }, minutesMillis: 50_000 });
      const pages: Page[] = [];
      const given = async () => (50_000 - (await agency.minutes())) / 1_000;
      let morning = 0;
      for (const next of steps) {
        if (next === 'day') {
          sandbox.clock.advance(DAY_SECONDS);
          morning = await given();
        } else if (next === 'confirm') pages.push((await confirmed(agency)).page);
        else await Promise.all(next.flatMap((who) => pages[who] ?? []).map((page) => page.bootstrap()));
        assert.ok((await given()) - morning <= most);
      }
      for (let day = 0; day < pages.length; day += 1) {
        sandbox.clock.advance(DAY_SECONDS);
        for (const page of pages) await page.bootstrap();
      }
      assert.deepEqual(
        await Promise.all(pages.map(seen)),
        pages.map(() => ({ available: 1_000, waiting: 0 })),
      );
      assert.equal(await given(), pages.length);
    }),
    { numRuns: runs(3) },
  );
});
