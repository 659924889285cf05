import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';

const { refusedCallers } = (await import(new URL('../../scripts/authentication.mjs', import.meta.url).href)) as {
  refusedCallers: { tried: string; code: string }[];
};

const { createAgency, platform, url } = await startApi();
const agency = await createAgency();
const page = await agency.openPage();
await page.signUp();
const { test: testKeys, live } = agency.keys;
const { origin } = agency;

type Sent = { key?: string; origin?: string };
const ofPage = (query: string, sent: Sent = {}) => call(`${url}/v1/brand.read${query}`, { method: 'GET', ...sent });
const ofServer = (sent: Sent = {}) => call(`${url}/v1/clients.find?email=${encodeURIComponent(page.email)}`, { method: 'GET', ...sent });

async function withRestrictedKey() {
  const permissions = ['usage:write'] as const;
  const { key } = await platform('agencies.rotateKey', {
    agencyId: agency.id,
    mode: 'test',
    kind: 'secret',
    overlapSeconds: 3600,
    permissions: [...permissions],
  });
  return ofServer({ key });
}

const requests: Record<string, () => Promise<Reply<unknown>>> = {
  'page without a key': () => ofPage('', { origin }),
  'page with an unknown key': () => ofPage('?key=wlp_test_nobody', { origin }),
  'page of another origin': () => ofPage(`?key=${testKeys.publishable}`, { origin: 'https://another-website.test' }),
  'page on this machine with a live key': () => ofPage(`?key=${live.publishable}`, { origin: 'http://localhost:5173' }),
  'session with the key of the other mode': () =>
    call(`${url}/v1/credits.balance?key=${live.publishable}`, { method: 'GET', key: page.token, origin }),
  'page with a secret key': () => ofPage(`?key=${testKeys.secret}`, { origin }),
  'server without a key': () => ofServer(),
  'server with an unknown key': () => ofServer({ key: 'wls_test_nobody' }),
  'server with the key of the other mode': () => ofServer({ key: live.secret }),
  'server with a publishable key': () => ofServer({ key: testKeys.publishable }),
  'session for what only a server may do': () => ofServer({ key: page.token, origin }),
  'server with a restricted key': withRestrictedKey,
};

test('docs/api.md: every refusal in the chapter on authentication is the one that the API answers', async () => {
  assert.deepEqual(refusedCallers.map(({ tried }) => tried).sort(), Object.keys(requests).sort());
  for (const { tried, code } of refusedCallers) {
    const { body } = await (requests[tried] as () => Promise<Reply<unknown>>)();
    assert.equal((body as ErrorBody).error?.code, code, tried);
  }
  const page = await ofPage(`?key=${testKeys.publishable}`, { origin: 'http://localhost:5173' });
  assert.equal(page.status, 200, 'a test key works on this machine without being listed');
});
