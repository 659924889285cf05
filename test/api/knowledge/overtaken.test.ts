import assert from 'node:assert/strict';
import test from 'node:test';
import { removeOffered } from '../../../api/domain/knowledge/remove.ts';
import { startSource } from '../../../api/domain/knowledge/states.ts';
import { scopeOfSource, shareOf } from '../../../api/domain/knowledge/values.ts';
import { insertSources, listSources } from '../../../api/models/source.ts';
import { returnStorage } from '../../../api/models/storage-allowance.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { openVoiceClient, readStored, textItem } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

test('knowledge.add K8: sources stored after their allowance was returned are removed and free', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const input = { items: [textItem('A')], totalMillis: 1_000 };
  const key = { 'idempotency-key': 'overtaken' };
  api.crashAt('source.after_insert');
  assert.equal((await page.try('knowledge.add', input, key)).status, 500);
  api.crashAt(undefined);
  const source = await readStored(page, 'A');
  // Another run of the attempt removed its source before this one stored it, and leaves this state.
  await returnStorage(scopeOfSource(source), shareOf(source), new Date());
  const late = await page.try('knowledge.add', input, key);
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 409, code: 'quote.changed' });
  const { sources, count } = await page.call('knowledge.list', {});
  assert.deepEqual(
    { sources, used: count.used, available: (await page.balance()).available, bases: sandbox.retell.bases(apiKey) },
    { sources: [], used: 0, available: 10_000, bases: [] },
  );
});

test('knowledge.add K8: a source replaced since it was read is not started, and a started one is not removed', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  api.crashAt('source.after_insert');
  assert.equal((await page.try('knowledge.add', { items: [textItem('A')], totalMillis: 1_000 })).status, 500);
  api.crashAt(undefined);
  const read = await readStored(page, 'A');
  assert.equal(read.state, 'offered');
  await removeOffered([read], api.deps);
  assert.deepEqual(await listSources(scopeOfSource(read)), []);

  const replacement = { ...read, state: 'offered' as const, createdAt: new Date(read.createdAt.getTime() + 1) };
  assert.equal(await insertSources(scopeOfSource(read), [replacement]), true);
  assert.equal(await startSource(read, api.deps), null);
  const offered = await readStored(page, 'A');
  assert.equal((await startSource(offered, api.deps))?.state, 'processing');
  await removeOffered([offered], api.deps);
  assert.equal((await listSources(scopeOfSource(read))).length, 1);
});
