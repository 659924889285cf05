import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { baseNameOf } from '../../../api/domain/knowledge/values.ts';
import type { SourceState } from '../../../api/models/source.ts';
import { startApi } from '../../support/api.ts';
import { comesTo, until } from '../../support/until.ts';
import { addSource, fileItem, findSource, openVoiceClient, readStored, textItem, untilState, uploadFile } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;
const MINUTE_SECONDS = 60;

interface StoredSource {
  _id: string;
  state: SourceState;
  isAdmitted: boolean;
  together: number;
  attempt: number;
  sends: number;
  baseId?: string;
  sendingUntil?: Date;
}
const rows = mongoose.connection.collection<StoredSource>('sources');

/** Reads a source as a version of the API without `offered` does. */
async function readAsBefore(id: string) {
  const { state, isAdmitted, together } = (await rows.findOne({ _id: id })) ?? assert.fail(`${id} is gone`);
  return { state, isAdmitted, together };
}

/** Adds a text and a file in a request that dies before it orders anything. */
async function dieAfterInsert(page: Awaited<ReturnType<typeof openVoiceClient>>['page'], key: string) {
  const input = { items: [textItem('A'), fileItem('B.txt', 'words')], totalMillis: 3_000 };
  api.crashAt('source.after_insert');
  assert.equal((await page.try('knowledge.add', input, { 'idempotency-key': key })).status, 500);
  api.crashAt(undefined);
  return { input, text: await readStored(page, 'A'), file: await readStored(page, 'B.txt') };
}

test('knowledge.add F31: older and newer versions read each other: an offered source is stored as not admitted', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const key = 'offered-as-before';
  const { input, text, file } = await dieAfterInsert(page, key);
  assert.deepEqual({ text: text.state, file: file.state }, { text: 'offered', file: 'offered' });
  assert.deepEqual(await readAsBefore(text._id), { state: 'checking', isAdmitted: false, together: 2 });
  assert.deepEqual(await readAsBefore(file._id), { state: 'uploading', isAdmitted: false, together: 2 });
  assert.equal((await findSource(page, file._id))?.state, 'uploading', 'clients see no new state');

  await page.call('knowledge.add', input, { 'idempotency-key': key });
  assert.deepEqual(await readAsBefore(file._id), { state: 'uploading', isAdmitted: true, together: 2 });
  await uploadFile(page, file._id, 'words');
  await untilState(page, file._id, 'ready');
  await untilState(page, text._id, 'ready');
  const { available, used } = await page.balance();
  assert.deepEqual({ available, used }, { available: 7_000, used: 3_000 });
});

test('knowledge.add F31: an offered source that an older version left is removed, and its allowance returned', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const { text, file } = await dieAfterInsert(page, 'left-as-before');
  assert.equal((await uploadFile(page, file._id, 'words')).body.state, 'checking', 'a part is accepted, and postpones nothing');
  sandbox.clock.advance(11 * MINUTE_SECONDS);
  await comesTo(() => rows.countDocuments({ _id: { $in: [text._id, file._id] } }), 0);
  const { count } = await page.call('knowledge.list', {});
  assert.deepEqual({ used: count.used, available: (await page.balance()).available }, { used: 0, available: 10_000 });
});

test('knowledge.retry F31: a retry that an older version left unfinished fails again, and costs nothing', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const { id } = await addSource(page, textItem('corrupt'));
  await untilState(page, id, 'failed');
  const checkAt = new Date(api.deps.now().getTime() + 10 * MINUTE_SECONDS * 1_000);
  const retried = { state: 'checking', isAdmitted: false, attempt: 2, sends: 0, checkAt } as const;
  await rows.updateOne({ _id: id, state: 'failed' }, { $set: retried, $unset: { code: 1, baseId: 1 } });
  assert.equal((await readStored(page, 'corrupt')).state, 'offered');
  sandbox.clock.advance(11 * MINUTE_SECONDS);
  await untilState(page, id, 'failed');
  assert.equal((await page.balance()).available, 10_000);
  await page.call('knowledge.retry', { sourceId: id });
});

test('knowledge.add F31: a base that an older version stored without settling the order is paid once, and used', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  api.logs.length = 0;
  api.crashAt('order.after_fulfil');
  const { id } = await addSource(page, textItem('A'));
  await until(async () => api.logs.some((line) => line.includes('crashed at order.after_fulfil')), 'the crash');
  api.crashAt(undefined);
  const { baseId } = (await rows.findOne({ _id: id })) ?? assert.fail();
  assert.equal(baseId, sandbox.retell.bases(apiKey)[0]?.knowledge_base_id);
  sandbox.clock.advance(5 * MINUTE_SECONDS);
  await untilState(page, id, 'ready');
  const { available, held, used } = await page.balance();
  assert.deepEqual(
    { available, held, used, bases: sandbox.retell.bases(apiKey).length },
    { available: 9_000, held: 0, used: 1_000, bases: 1 },
  );
});

test('knowledge.remove K12 F31: a removal waits for a process that may be sending, and finds its base', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how: 'reset', done: true });
  sandbox.faults.add({ path: '/retell/list-knowledge-bases', how: '500', times: 1_000 });
  const { id } = await addSource(page, textItem('A'));
  await until(async () => sandbox.retell.bases(apiKey).length === 1, 'the base whose answer is lost');
  const sending = await readStored(page, 'A');
  // A process that died while it created the base leaves this.
  const sendingUntil = new Date(api.deps.now().getTime() + 3 * MINUTE_SECONDS * 1_000);
  await rows.updateOne({ _id: id }, { $set: { sendingUntil } });
  sandbox.faults.calm();
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: id }), { removed: false });
  assert.equal((await page.balance()).available, 10_000, 'the credits are returned at once');
  assert.equal(sandbox.retell.bases(apiKey)[0]?.knowledge_base_name, baseNameOf(sending));
  sandbox.clock.advance(4 * MINUTE_SECONDS);
  await comesTo(() => rows.countDocuments({ _id: id }), 0);
  assert.deepEqual(sandbox.retell.bases(apiKey), []);
});
