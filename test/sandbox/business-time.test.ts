import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import { createClock } from '../../api/providers/clock.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { openSandbox } from './open.ts';

const daySeconds = 24 * 3600;
const isAhead = (at: Date | string, seconds: number): boolean => Math.abs(new Date(at).getTime() - Date.now() - seconds * 1000) < 5000;
const waitForMove = (clock: Awaited<ReturnType<typeof createClock>>): Promise<void> =>
  new Promise((resolve) => {
    const forget = clock.onMoved(() => {
      forget();
      resolve();
    });
  });

test('business time V4: it is the real time without a sandbox, or if the sandbox cannot be reached', async (t) => {
  for (const sandboxUrl of [undefined, `http://127.0.0.1:${await freePort()}`]) {
    const clock = await createClock({ sandboxUrl });
    t.after(() => clock.close());
    assert.ok(isAhead(clock.now(), 0));
  }
});

test("business time V4: it starts with the sandbox's offset, follows each move, and notifies", async (t) => {
  const { sandbox } = await openSandbox(t);
  sandbox.clock.set(3600);
  const clock = await createClock({ sandboxUrl: sandbox.url });
  t.after(() => clock.close());
  assert.ok(isAhead(clock.now(), 3600));
  for (const offset of [30 * daySeconds, -daySeconds, 0]) {
    const heard = waitForMove(clock);
    sandbox.clock.set(offset);
    await heard;
    assert.ok(isAhead(clock.now(), offset), `${offset}`);
  }
});

test('business time V4: while the sandbox is away its last offset stays, and it is followed again afterwards', async (t) => {
  const port = await freePort();
  const before = await startSandbox({ port, smtpPort: 0 });
  before.clock.set(3600);
  const clock = await createClock({ sandboxUrl: before.url });
  t.after(() => clock.close());
  await before.close();
  assert.ok(isAhead(clock.now(), 3600));
  const heard = waitForMove(clock);
  const after = await startSandbox({ port, smtpPort: 0 });
  t.after(() => after.close());
  await heard;
  assert.ok(isAhead(clock.now(), 0));
});

test('credits.allocate V4: a move of the clock changes the dates of the API within a second', async (t) => {
  const { sandbox } = await openSandbox(t);
  const dataDir = await dataFolder();
  const api = spawnApi({ DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1', STRIPE_API_URL: sandbox.url });
  await ready(api);
  const origin = 'https://clock.test';
  const input = { name: 'Clock', slug: 'clock', origins: [origin], plan: { centsPer100Credits: 4000, currency: 'EUR' } };
  const key = await platformKeyIn(dataDir);
  const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key, body: input });
  const agency = new Agency({ url: api.url, origin, keys: created.body.keys, id: created.body.id, slug: input.slug });
  const page = await agency.openPage();
  await page.signUp();
  const allocatedAt = async () => {
    await agency.allocate(page.clientId, 1000);
    return (await page.call('credits.statement', {})).entries[0]!.at;
  };
  assert.ok(isAhead(await allocatedAt(), 0));
  sandbox.clock.advance(30 * daySeconds);
  const start = performance.now();
  while (!isAhead(await allocatedAt(), 30 * daySeconds)) assert.ok(performance.now() - start < 1000, 'within a second');
  assert.equal((await page.call('credits.balance', {})).available > 0, true, 'who is signed in stays so: sessions keep real time');
  const settled = api.ended;
  api.child.kill('SIGTERM');
  assert.deepEqual(await settled, { code: 0, signal: null }, 'nothing of the clock keeps it from ending');
});
