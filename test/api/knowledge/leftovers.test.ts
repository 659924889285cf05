import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { requireVoice } from '../../../api/domain/integrations/provider-accounts.ts';
import { cleanKnowledge } from '../../../api/domain/knowledge/leftovers.ts';
import { sendSource } from '../../../api/domain/knowledge/send.ts';
import { scopeOfSource, shareOf } from '../../../api/domain/knowledge/values.ts';
import { SourceModel } from '../../../api/models/source.ts';
import { insertPart } from '../../../api/models/source-part.ts';
import { returnStorage } from '../../../api/models/storage-allowance.ts';
import { later, MINUTE_MS } from '../../../api/rules/time.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { addSource, openVoiceClient, readStored, textItem, untilState } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

/** Cleans as the job does 15 minutes from now. */
const cleanLater = () => cleanKnowledge(api.deps, later(new Date(), 15 * MINUTE_MS));
const readById = (id: string) => SourceModel.findById(id).lean().orFail().exec();

test('knowledge.remove K8 F31: an interrupted removal returns its allowance once, even after a cleaning', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  await untilState(page, (await addSource(page, textItem('A'))).id, 'ready');
  const { id } = await untilState(page, (await addSource(page, textItem('B'))).id, 'ready');
  const source = await readStored(page, 'B');
  await SourceModel.updateOne({ _id: id }, { state: 'removing', checkAt: later(api.deps.now(), MINUTE_MS) });
  await returnStorage(scopeOfSource(source), shareOf(source), new Date());
  await cleanLater();
  sandbox.clock.advance(120);
  await until(async () => (await page.call('knowledge.list', {})).sources.length === 1, 'the end of the removal');
  assert.equal((await page.call('knowledge.list', {})).count.used, 1);
});

test('knowledge.add F31: a source that stays after its allowance was returned is counted again, once', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  await untilState(page, (await addSource(page, textItem('A'))).id, 'ready');
  const { id } = await untilState(page, (await addSource(page, textItem('B'))).id, 'ready');
  const source = await readStored(page, 'B');
  await returnStorage(scopeOfSource(source), shareOf(source), new Date());
  const used = async () => (await page.call('knowledge.list', {})).count.used;
  assert.equal(await used(), 1);
  await cleanLater();
  await cleanLater();
  assert.equal(await used(), 2);
  await page.call('knowledge.remove', { sourceId: id });
  await cleanLater();
  assert.equal(await used(), 1);
});

test('knowledge.remove K8 F31: bytes that arrive during a removal are deleted later', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const { id } = await untilState(page, (await addSource(page, textItem('A'))).id, 'ready');
  const source = await readStored(page, 'A');
  await page.call('knowledge.remove', { sourceId: id });
  await insertPart(source, id, 0, Buffer.from('late'));
  await cleanLater();
  assert.equal(await mongoose.model('SourcePart').countDocuments({ sourceId: id }), 0);
});

test('knowledge.add F31 K12: two processes that send a source at once leave one base', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const { id } = await untilState(page, (await addSource(page, textItem('A'))).id, 'ready');
  const begun = { state: 'processing', attempt: 2, sends: 0, checkAt: later(api.deps.now(), 60 * MINUTE_MS) } as const;
  await SourceModel.updateOne({ _id: id }, { $set: begun, $unset: { baseId: 1 } });
  const source = await readStored(page, 'A');
  const sent = await Promise.all([sendSource(source, api.deps), sendSource(source, api.deps)]);
  const { baseId } = await readById(id);
  assert.deepEqual(
    sent.map((one) => one?.baseId),
    [baseId, baseId],
  );
  const bases = sandbox.retell.bases(apiKey).filter(({ knowledge_base_name: name }) => name === `${id}.2`);
  assert.deepEqual(
    bases.map(({ knowledge_base_id }) => knowledge_base_id),
    [baseId],
  );
});

test('knowledge.remove K12 F31: a second base, sent by a process that had lost its claim, is removed with its source', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const { id } = await untilState(page, (await addSource(page, textItem('A'))).id, 'ready');
  const access = await requireVoice(await readStored(page, 'A'), api.deps);
  await api.deps.voice.createBase(access, `${id}.1`, { kind: 'text', name: 'A', text: 'About A' });
  await SourceModel.updateOne({ _id: id }, { $set: { sends: 2 } });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: id }), { removed: true });
  assert.deepEqual(sandbox.retell.bases(apiKey), []);
});
