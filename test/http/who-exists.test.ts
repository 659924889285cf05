import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';

const { createAgency, url } = await startApi();
const agency = await createAgency();
const page = await agency.openPage();
await page.signUp();
const bare = ({ status, body }: Reply<unknown>) => ({ status, error: { ...(body as ErrorBody).error, requestId: '' } });

const ROUNDS_MAX = 300;

/**
 * Whether two calls take as long as each other, at their fastest. Whatever else the machine does only makes a call slower, so the fastest of
 * many comes near the work itself; it is tried until both have come near, and where one does more they never do.
 */
async function takeAsLong(one: () => Promise<unknown>, other: () => Promise<unknown>, factor: number): Promise<boolean> {
  let [best, bestOther] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    best = Math.min(best, await millis(one));
    bestOther = Math.min(bestOther, await millis(other));
    if (round >= 10 && best < bestOther * factor && bestOther < best * factor) return true;
  }
  return false;
}

async function millis(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

test('accounts.signIn A19: neither the answer nor the time tells whether an address has an account', async () => {
  const guess = (login: string) => page.try('accounts.signIn', { login, password: 'Wrong-pass-1', publicKey: page.publicKey });
  assert.deepEqual(bare(await guess(page.email)), bare(await guess('nobody@example.test')));
  // The work of a password is more than everything else: left out for one of them, that one would take less than half as long.
  const isAlike = await takeAsLong(
    () => guess(page.email),
    () => guess('nobody@example.test'),
    1.4,
  );
  assert.ok(isAlike, 'one takes longer than the other');
});

test('accounts.requestReset A19 S5: neither the answer nor its headers tell whether an address has an account', async () => {
  const ask = (email: string) => page.try('accounts.requestReset', { email, returnUrl: page.returnUrl });
  const [known, unknown] = [await ask(page.email), await ask('nobody@example.test')];
  assert.deepEqual([known.status, known.body], [unknown.status, unknown.body]);
  const shape = ({ headers }: Reply<unknown>) => [...headers.keys()].filter((header) => header !== 'request-id').sort();
  assert.deepEqual(shape(known), shape(unknown));
});

test('brand.read A19: an unknown key, a foreign page and no page are told apart by nothing', async () => {
  const ask = (key: string, origin?: string) => call(`${url}/v1/brand.read?key=${key}`, { method: 'GET', ...(origin && { origin }) });
  const replies = [
    await ask('wlp_test_nobody', agency.origin),
    await ask('wlp_live_nobody', 'https://evil.test'),
    await ask(agency.keys.test.publishable, 'https://evil.test'),
    await ask(agency.keys.test.publishable),
    await ask('', agency.origin),
  ];
  assert.equal(new Set(replies.map((reply) => JSON.stringify(bare(reply)))).size, 1);
});
