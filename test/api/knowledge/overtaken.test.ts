import assert from 'node:assert/strict';
import test from 'node:test';
import { admit } from '../../../api/domain/knowledge/add.ts';
import { removeUnadmitted } from '../../../api/domain/knowledge/remove.ts';
import { scopeOfSource, shareOf } from '../../../api/domain/knowledge/values.ts';
import { giveRoom } from '../../../api/models/room.ts';
import { insertSources, SourceModel } from '../../../api/models/source.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { openLibrary, textItem } from './library.ts';

const api = await startApi();
const { sandbox } = api;

test('knowledge.add K8: sources that came in after their room was given back do not stay, and nobody pays for them', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const input = { items: [textItem('A')], totalMillis: 1_000 };
  const key = { 'idempotency-key': 'overtaken' };
  api.crashAt('source.after_insert');
  assert.equal((await page.try('knowledge.add', input, key)).status, 500);
  api.crashAt(undefined);
  const source = await SourceModel.findOne({ owner: page.clientId }).lean().orFail().exec();
  // As another run of the attempt leaves it, which took its source away before this one stored it.
  await giveRoom(scopeOfSource(source), shareOf(source), new Date());
  const late = await page.try('knowledge.add', input, key);
  assert.deepEqual([late.status, codeOf(late)], [409, 'quote.changed']);
  const { sources, count } = await page.call('knowledge.list', {});
  assert.deepEqual([sources, count.used, (await page.balance()).available, sandbox.retell.bases(apiKey)], [[], 0, 10_000, []]);
});

test('knowledge.add K8: a source goes its way as it was read: none that took its place does, and one that does is not taken away', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  api.crashAt('source.after_insert');
  assert.equal((await page.try('knowledge.add', { items: [textItem('A')], totalMillis: 1_000 })).status, 500);
  api.crashAt(undefined);
  const read = await SourceModel.findOne({ owner: page.clientId }).lean().orFail().exec();
  await removeUnadmitted(read, api.deps);
  assert.equal(await insertSources(scopeOfSource(read), [{ ...read, createdAt: new Date(read.createdAt.getTime() + 1) }]), true);
  assert.equal(await admit(read, api.deps), null);
  const anew = await SourceModel.findOne({ owner: page.clientId }).lean().orFail().exec();
  assert.equal((await admit(anew, api.deps))?.isAdmitted, true);
  await removeUnadmitted(anew, api.deps);
  assert.notEqual(await SourceModel.findOne({ owner: page.clientId }).lean().exec(), null);
});
