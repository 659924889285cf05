import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { freePort } from '../../demo-site/free-port.ts';
import { call } from '../support/call.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';

const plan = { centsPer100Credits: 4000, currency: 'EUR' };

async function startProcess(changes: Record<string, string> = {}) {
  const dataDir = changes.DATA_DIR ?? (await dataFolder());
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1', ...changes };
  return { dataDir, env, api: spawnApi(env) };
}

test('system.ready V6: it starts on an empty folder, keeps its keys private, and ends in order when asked', async () => {
  const { api, dataDir } = await startProcess();
  await ready(api);
  for (const file of ['keys.json', 'api.json']) assert.equal((await stat(join(dataDir, file))).mode & 0o777, 0o600, file);
  const startedAt = performance.now();
  api.child.kill('SIGTERM');
  assert.deepEqual(await api.ended, { code: 0, signal: null });
  assert.ok(performance.now() - startedAt < 10_000);
  await assert.rejects(stat(join(dataDir, 'api.json')));
});

test('agency.read V6: stored data is there after a restart and after a kill', async () => {
  const first = await startProcess();
  await ready(first.api);
  const platformKey = await platformKeyIn(first.dataDir);
  const create = (url: string, slug: string) =>
    call<{ keys: { test: { secret: string } } }>(`${url}/v1/agencies.create`, {
      key: platformKey,
      body: { name: slug, slug, plan, minutesMillis: 7000 },
    });
  const before = await create(first.api.url, 'before-restart');
  first.api.child.kill('SIGTERM');
  await first.api.ended;

  const second = await startProcess({ DATA_DIR: first.dataDir });
  await ready(second.api);
  const killed = await create(second.api.url, 'before-kill');
  second.api.child.kill('SIGKILL');
  await second.api.ended;

  const third = await startProcess({ DATA_DIR: first.dataDir });
  await ready(third.api);
  for (const { body } of [before, killed]) {
    const reply = await call<{ minutes: { available: number } }>(`${third.api.url}/v1/agency.read`, {
      key: body.keys.test.secret,
      method: 'GET',
    });
    assert.deepEqual({ status: reply.status, available: reply.body.minutes.available }, { status: 200, available: 7000 });
  }
});

test('system.ready F35: a second start on the same folder or port is refused in one sentence', async () => {
  const first = await startProcess();
  await ready(first.api);
  const sameFolder = await startProcess({ DATA_DIR: first.dataDir });
  assert.equal((await sameFolder.api.ended).code, 1);
  assert.match(sameFolder.api.output(), /^The data folder .* is in use by another process\./m);
  const samePort = await startProcess({ PORT: first.env.PORT });
  assert.equal((await samePort.api.ended).code, 1);
  assert.match(samePort.api.output(), /^PORT: \d+ is taken by another program\. Set PORT to a free one\.$/m);
  await ready(first.api);
});

const mistakes: [env: Record<string, string>, sentence: RegExp][] = [
  [{ PORT: 'http' }, /^PORT: /m],
  [{ MONGODB_URI: 'mongodb://127.0.0.1:1/x' }, /^LIVERY_KEYS: with MONGODB_URI the keys must come from the environment\.$/m],
  [{ MONGODB_URI: 'localhost:27017' }, /^MONGODB_URI: /m],
  [{ LIVERY_KEYS: '{"platformKey":"wlk_short"}' }, /LIVERY_KEYS: /],
  [{ LIVERY_SANDBOX: '0', STRIPE_API_URL: 'http://127.0.0.1:1' }, /^STRIPE_API_URL: only a sandbox/m],
  [{ LIVERY_SANDBOX: '0', LIVERY_CRASH_AT: 'webhook.verified' }, /^LIVERY_CRASH_AT: only a sandbox/m],
];

for (const [env, sentence] of mistakes) {
  test(`system.ready F35: ${Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')} stops the start with one sentence`, async () => {
    const { api } = await startProcess(env);
    assert.equal((await api.ended).code, 1);
    assert.match(api.output(), sentence);
    assert.doesNotMatch(api.output(), /\n\s+at /, 'no stack');
  });
}

test('system.ready F35: a start without widgets logs it, reports it as a trouble, and serves the API', async () => {
  const { api } = await startProcess({ EMBED_DIR: '/nowhere/embed' });
  await ready(api);
  const { status, body } = await call<{ troubles: string[] }>(`${api.url}/readyz`, { method: 'GET' });
  assert.deepEqual({ status, isReported: body.troubles.includes('widgets.missing') }, { status: 200, isReported: true });
  assert.match(
    api.output(),
    /"level":50,.*widgets\.missing: pages get no widgets, as there is no \/nowhere\/embed\/v1\/wl\.js\. Run \\"npm run build\\" or set EMBED_DIR/,
  );
  const whole = await startProcess();
  await ready(whole.api);
  const { troubles } = (await call<{ troubles: string[] }>(`${whole.api.url}/readyz`, { method: 'GET' })).body;
  assert.ok(!troubles.includes('widgets.missing'));
});

test('live.stream V6: SIGTERM ends open streams and finishes running requests', async () => {
  const { api, dataDir } = await startProcess();
  await ready(api);
  const key = await platformKeyIn(dataDir);
  const slow = Array.from({ length: 20 }, (_, index) =>
    call(`${api.url}/v1/agencies.create`, { key, body: { name: 'X', slug: `slow-${index}`, plan, minutesMillis: 1000 } }),
  );
  await slow[0];
  api.child.kill('SIGTERM');
  const answered = (await Promise.allSettled(slow)).filter((result) => result.status === 'fulfilled' && result.value.status === 200);
  assert.ok(answered.length >= 1);
  assert.equal((await api.ended).code, 0);
});
