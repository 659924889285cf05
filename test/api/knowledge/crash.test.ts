import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { startSource } from '../../../api/domain/knowledge/states.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { comesTo, until } from '../../support/until.ts';
import { pdf } from './archives.ts';
import { addSource, addSources, fileItem, openVoiceClient, readStored, textItem, untilState, uploadFile } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;
const MINUTE_SECONDS = 60;

/** Waits until work has crashed at a point. */
const untilCrashed = (point: CrashPoint) => until(async () => api.logs.some((line) => line.includes(`crashed at ${point}`)), point);

/** Reads everything that a crash could leave wrong. */
async function readFigures(page: Page, apiKey: string) {
  const { sources, count, storageBytes } = await page.call('knowledge.list', {});
  const { available, used } = await page.balance();
  return {
    states: sources.map(({ state }) => state),
    count: count.used,
    bytes: storageBytes.used,
    available,
    used,
    bases: sandbox.retell.bases(apiKey).length,
  };
}

const nothing = { states: [], count: 0, bytes: 0, available: 10_000, used: 0, bases: 0 };

for (const point of ['source.after_insert', 'order.after_insert', 'order.after_hold', 'source.after_orders'] as const) {
  test(`knowledge.add F31: after a crash at ${point} the same attempt resumes, and each source is paid once`, async () => {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    const input = { items: [textItem('A'), textItem('B')], totalMillis: 2_000 };
    const key = { 'idempotency-key': `crash-${point.replaceAll(/[._]/g, '-')}` };
    api.crashAt(point);
    assert.equal((await page.try('knowledge.add', input, key)).status, 500);
    api.crashAt(undefined);
    const { sources } = await page.call('knowledge.add', input, key);
    for (const source of sources) await untilState(page, source?.id ?? '', 'ready');
    assert.deepEqual(await readFigures(page, apiKey), {
      states: ['ready', 'ready'],
      count: 2,
      bytes: 14,
      available: 8_000,
      used: 2_000,
      bases: 2,
    });
  });

  test(`knowledge.add F31: after a crash at ${point} without a second attempt, nothing remains and nothing is paid`, async () => {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    api.crashAt(point);
    assert.equal((await page.try('knowledge.add', { items: [textItem('A'), textItem('B')], totalMillis: 2_000 })).status, 500);
    api.crashAt(undefined);
    sandbox.clock.advance(11 * MINUTE_SECONDS);
    await comesTo(() => readFigures(page, apiKey), nothing);
  });
}

for (const point of ['source.after_insert', 'order.after_hold', 'source.after_orders'] as const) {
  test(`knowledge.add F31 K8: after a crash at ${point} and its clean-up, the attempt succeeds after a new quote`, async () => {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    const input = { items: [textItem('A'), textItem('B')], totalMillis: 2_000 };
    const key = { 'idempotency-key': `late-${point.replaceAll(/[._]/g, '-')}` };
    api.crashAt(point);
    assert.equal((await page.try('knowledge.add', input, key)).status, 500);
    api.crashAt(undefined);
    sandbox.clock.advance(11 * MINUTE_SECONDS);
    await comesTo(() => readFigures(page, apiKey), nothing);
    const late = await page.try('knowledge.add', input, key);
    assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 409, code: 'quote.changed' });
    assert.deepEqual(await readFigures(page, apiKey), nothing);
    const { sources } = await page.call('knowledge.add', input, key);
    for (const source of sources) await untilState(page, source?.id ?? '', 'ready');
    const { used, count } = await readFigures(page, apiKey);
    assert.deepEqual({ used, count }, { used: 2_000, count: 2 });
  });
}

test('knowledge.add F31: a source started before the crash was paid, and stays when the attempt is repeated late', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const input = { items: [textItem('A'), textItem('B')], totalMillis: 2_000 };
  const key = { 'idempotency-key': 'late-and-half-admitted' };
  api.crashAt('source.after_orders');
  assert.equal((await page.try('knowledge.add', input, key)).status, 500);
  api.crashAt(undefined);
  const source = await readStored(page, 'A');
  await startSource(source, api.deps);
  sandbox.clock.advance(11 * MINUTE_SECONDS);
  await untilState(page, source._id, 'ready');
  await until(async () => (await page.call('knowledge.list', {})).count.used === 1, 'the removal of the other source');
  const late = await page.try('knowledge.add', input, key);
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 409, code: 'quote.changed' });
  const { states, available, used, bases } = await readFigures(page, apiKey);
  assert.deepEqual({ states, available, used, bases }, { states: ['ready'], available: 9_000, used: 1_000, bases: 1 });
});

for (const point of ['source.after_provider', 'order.after_fulfil', 'order.after_settle'] as const) {
  test(`knowledge.add F31: after a crash at ${point} there is one base, paid once`, async () => {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    api.logs.length = 0;
    api.crashAt(point);
    const source = await addSource(page, textItem('A'));
    await untilCrashed(point);
    api.crashAt(undefined);
    sandbox.clock.advance(5 * MINUTE_SECONDS);
    await untilState(page, source.id, 'ready');
    assert.deepEqual(await readFigures(page, apiKey), { states: ['ready'], count: 1, bytes: 7, available: 9_000, used: 1_000, bases: 1 });
  });
}

test('knowledge.upload F31: after a crash while a file is checked, it is checked again', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const source = await addSource(page, fileItem('a.pdf', pdf()));
  api.crashAt('source.after_checking');
  assert.equal((await uploadFile(page, source.id, pdf())).status, 500);
  api.crashAt(undefined);
  sandbox.clock.advance(5 * MINUTE_SECONDS);
  await untilState(page, source.id, 'ready');
  assert.equal((await page.balance()).used, 2_000);
});

for (const point of ['source.after_refund'] as const) {
  test(`knowledge.retry F31 K10: after a crash at ${point} a failed source is refunded once`, async () => {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    api.logs.length = 0;
    api.crashAt(point);
    const source = await addSource(page, textItem('corrupt'));
    await untilCrashed(point);
    api.crashAt(undefined);
    sandbox.clock.advance(5 * MINUTE_SECONDS);
    await untilState(page, source.id, 'failed');
    assert.deepEqual(await readFigures(page, apiKey), { states: ['failed'], count: 1, bytes: 13, available: 10_000, used: 0, bases: 0 });
  });
}

test('knowledge.add F31: if the database fails as a source becomes ready, its bytes are still deleted later', async (t) => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const parts = mongoose.model('SourcePart').collection;
  const away = t.mock.method(parts, 'deleteMany', () => Promise.reject(new Error('the database is away')), { times: 1 });
  const source = await addSource(page, textItem('A'));
  await until(async () => away.mock.callCount() > 0, 'the removal of its bytes');
  sandbox.clock.advance(5 * MINUTE_SECONDS);
  await untilState(page, source.id, 'ready');
  assert.equal(await parts.countDocuments({ sourceId: source.id }), 0);
});

test('knowledge.upload F31: an upload without a part for a day is canceled, and its credits are returned', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  await addSources(page, [fileItem('a.pdf', pdf())]);
  assert.equal((await page.balance()).available, 8_000);
  sandbox.clock.advance(23 * 60 * MINUTE_SECONDS);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal((await page.balance()).available, 8_000, 'not within a day');
  sandbox.clock.advance(2 * 60 * MINUTE_SECONDS);
  await until(async () => (await page.balance()).available === 10_000, 'the returned credits');
  await until(async () => (await page.call('knowledge.list', {})).count.used === 0, 'the returned allowance');
});

test('knowledge.upload F31: a client disabled during an upload is charged nothing meanwhile, and can resume it', async () => {
  const { agency, page } = await openVoiceClient(api, { credits: 10 });
  const source = await addSource(page, fileItem('a.pdf', pdf()));
  await agency.call('clients.disable', { clientId: page.clientId });
  assert.equal((await uploadFile(page, source.id, pdf())).status, 403);
  await agency.call('clients.enable', { clientId: page.clientId });
  await page.enter();
  assert.equal((await uploadFile(page, source.id, pdf())).status, 200);
  await untilState(page, source.id, 'ready');
  assert.equal((await page.balance()).available, 8_000);
});
