import assert from 'node:assert/strict';
import test from 'node:test';
import { freePort } from '../../demo-site/free-port.ts';
import { call } from '../support/agency.ts';
import { dataFolder, ready, spawnApi } from '../support/process.ts';

async function start(changes: Record<string, string> = {}) {
  const dataDir = changes.DATA_DIR ?? (await dataFolder());
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1', ...changes };
  return { dataDir, env, api: spawnApi(env) };
}

const troublesOf = async (url: string) => (await call<{ troubles: string[] }>(`${url}/readyz`, { method: 'GET' })).body.troubles;

test('system.ready SX16: a start without SMTP_URL says that no mail leaves', async () => {
  const { api } = await start();
  await ready(api);
  assert.match(api.output(), /"level":50.*mails\.not_set_up: no mail leaves, as SMTP_URL is not set\./);
  assert.deepEqual(await troublesOf(api.url), ['mails.not_set_up']);
  const set = await start({ SMTP_URL: 'smtp://127.0.0.1:1' });
  await ready(set.api);
  assert.doesNotMatch(set.api.output(), /mails\.not_set_up/);
  assert.deepEqual(await troublesOf(set.api.url), []);
});
