import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';

const { createAgency, url } = await startApi();
const agency = await createAgency({ stripe: false });
const page = await agency.openPage();
await page.signUp();
const bare = ({ status, body }: Reply<unknown>) => ({ status, error: { ...(body as ErrorBody).error, requestId: '' } });

const ROUNDS_MAX = 300;

/**
 * Tells whether two calls take equally long at their fastest. Other load only makes calls slower, so the fastest of many approaches the
 * work itself. Repeats until both are close; a call that does more work never gets there.
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

test('accounts.signIn A19: neither answer nor time reveals whether an address has an account', async () => {
  const guess = (login: string) => page.try('accounts.signIn', { login, password: 'Wrong-pass-1', publicKey: page.publicKey });
  assert.deepEqual(bare(await guess(page.email)), bare(await guess('nobody@example.test')));
  // Hashing a password outweighs all other work: without it one call would take less than half as long.
  const isAlike = await takeAsLong(
    () => guess(page.email),
    () => guess('nobody@example.test'),
    1.4,
  );
  assert.ok(isAlike, 'one takes longer than the other');
});

test('accounts.requestReset A19 S5: neither answer nor headers reveal whether an address has an account', async () => {
  const ask = (email: string) => page.try('accounts.requestReset', { email, returnUrl: page.returnUrl });
  const [known, unknown] = [await ask(page.email), await ask('nobody@example.test')];
  assert.deepEqual({ status: known.status, body: known.body }, { status: unknown.status, body: unknown.body });
  const shape = ({ headers }: Reply<unknown>) => [...headers.keys()].filter((header) => header !== 'request-id').sort();
  assert.deepEqual(shape(known), shape(unknown));
});

test('brand.read A19: an unknown key, a foreign page and no page get the same answer', async () => {
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
