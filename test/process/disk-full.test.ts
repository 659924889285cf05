import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import { watchDisk } from '../../api/providers/disk.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { Shop } from '../api/payments/shop.ts';
import { codeOf } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { until } from '../support/until.ts';

const MB = 1_000_000;

test('credits.checkout F38 SX17: while the disk is full everything can be read and nothing is stored', async () => {
  const shop = await Shop.open();
  const { api, agency, stripe } = shop;
  const page = await shop.signUp();
  const order = await shop.order(page);
  const { packages } = await page.call('credits.packages', {});
  let free = 5_000 * MB;
  const watch = await watchDisk('the disk', api.deps, { freeBytes: async () => free, lookMs: 10 });
  after(() => watch.stop());
  const troubles = async () => (await call<Output<'system.ready'>>(`${api.url}/readyz`, { method: 'GET' })).body.troubles;
  assert.deepEqual(await troubles(), []);

  free = 150 * MB;
  await until(async () => (await troubles()).includes('disk.full'), 'the trouble');
  const refusals = {
    allocate: await agency.try('credits.allocate', { clientId: page.clientId, amountMillis: 1000, description: 'A gift' }),
    signUp: await page.try('accounts.signUp', page.form()),
    checkout: await page.try('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl }),
    update: await agency.try('agency.update', { name: 'Other' }),
  };
  for (const [name, reply] of Object.entries(refusals))
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'server.disk_full' }, name);
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [503], 'Stripe sends it again');
  assert.equal((await page.balance()).available, 0);
  assert.equal((await page.bootstrap()).account?.clientId, page.clientId);
  assert.equal((await page.refresh()).status, 200);
  assert.equal((await page.call('credits.statement', {})).entries.length, 0);

  free = 250 * MB;
  await until(async () => !(await troubles()).includes('disk.full'), 'the end of the trouble');
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  assert.equal((await page.balance()).available, 100_000);
  assert.equal((await agency.try('credits.allocate', { clientId: page.clientId, amountMillis: 1000, description: 'A gift' })).status, 200);
  assert.equal(api.logs.filter((line) => line.includes('disk.full: nothing more is stored')).length, 1);
  assert.equal(api.logs.filter((line) => line.includes('disk.room: there is room again')).length, 1);
});

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

test('system.ready F38 SX17 SX37: on a full disk the process survives, and resumes when there is room', {
  skip: !isRoot && 'only root can make a small disk',
}, async () => {
  const disk = await mkdtemp(join(tmpdir(), 'disk-test-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=620m', 'tmpfs', disk]);
  after(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  });
  const [dataDir, filler] = [join(disk, 'data'), join(disk, 'filler')];
  const fill = (leftBytes: number) => {
    const { bavail, bsize } = statfsSync(disk);
    return writeFile(filler, Buffer.alloc(bavail * bsize - leftBytes));
  };
  const start = async () => spawnApi({ DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1' });

  await fill(400 * MB);
  const cramped = await start();
  assert.deepEqual(await cramped.ended, { code: 1, signal: null });
  assert.match(
    cramped.output(),
    /^The embedded database needs 500 MB of free disk to begin, and \S+ has less\. Make room, or set DATA_DIR to another disk\.$/m,
  );
  assert.doesNotMatch(cramped.output(), /\n\s+at /, 'no stack');

  await rm(filler);
  const api = await start();
  await ready(api);
  const key = await platformKeyIn(dataDir);
  const plan = { centsPer100Credits: 4000, currency: 'EUR' };
  const create = (slug: string) => call(`${api.url}/v1/agencies.create`, { key, body: { name: slug, slug, plan } });
  assert.equal((await create('before')).status, 200);
  await fill(20 * MB);
  await until(async () => codeOf(await create('meanwhile')) === 'server.disk_full', 'the refusal');
  const state = await call<Output<'system.ready'>>(`${api.url}/readyz`, { method: 'GET' });
  assert.deepEqual({ status: state.status, troubles: state.body.troubles }, { status: 200, troubles: ['disk.full', 'mails.not_set_up'] });
  await rm(filler);
  await until(async () => (await create('after')).status === 200, 'the recovery');
  assert.equal(api.child.exitCode, null);
});
