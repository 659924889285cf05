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
import { addOne, openLibrary, storedSource, textItem, untilState } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

/** Cleans as a quarter of an hour from now. */
const clean = () => cleanKnowledge(api.deps, later(new Date(), 15 * MINUTE_MS));
const stored = (id: string) => SourceModel.findById(id).lean().orFail().exec();

test('knowledge.remove K8 F31: a removal that is cut off gives its allowance back once, also after a cleaning', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  await untilState(page, (await addOne(page, textItem('A'))).id, 'ready');
  const { id } = await untilState(page, (await addOne(page, textItem('B'))).id, 'ready');
  const source = await storedSource(page, 'B');
  await SourceModel.updateOne({ _id: id }, { state: 'removing', checkAt: later(api.deps.now(), MINUTE_MS) });
  await returnStorage(scopeOfSource(source), shareOf(source), new Date());
  await clean();
  sandbox.clock.advance(120);
  await until(async () => (await page.call('knowledge.list', {})).sources.length === 1, 'the end of the removal');
  assert.equal((await page.call('knowledge.list', {})).count.used, 1);
});

test('knowledge.add F31: a source that stays although its allowance was given back is counted again, and once', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  await untilState(page, (await addOne(page, textItem('A'))).id, 'ready');
  const { id } = await untilState(page, (await addOne(page, textItem('B'))).id, 'ready');
  const source = await storedSource(page, 'B');
  await returnStorage(scopeOfSource(source), shareOf(source), new Date());
  const used = async () => (await page.call('knowledge.list', {})).count.used;
  assert.equal(await used(), 1);
  await clean();
  await clean();
  assert.equal(await used(), 2);
  await page.call('knowledge.remove', { sourceId: id });
  await clean();
  assert.equal(await used(), 1);
});

test('knowledge.remove K8 F31: bytes that came in during a removal are not kept for ever', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  const { id } = await untilState(page, (await addOne(page, textItem('A'))).id, 'ready');
  const source = await storedSource(page, 'A');
  await page.call('knowledge.remove', { sourceId: id });
  await insertPart(source, id, 0, Buffer.from('late'));
  await clean();
  assert.equal(await mongoose.model('SourcePart').countDocuments({ sourceId: id }), 0);
});

test('knowledge.add F31 K12: two processes that send a source at once, as after a lost claim, leave one base', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const { id } = await untilState(page, (await addOne(page, textItem('A'))).id, 'ready');
  const begun = { state: 'processing', attempt: 2, sends: 0, checkAt: later(api.deps.now(), 60 * MINUTE_MS) } as const;
  await SourceModel.updateOne({ _id: id }, { $set: begun, $unset: { baseId: 1 } });
  const source = await storedSource(page, 'A');
  const sent = await Promise.all([sendSource(source, api.deps), sendSource(source, api.deps)]);
  const { baseId } = await stored(id);
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

test('knowledge.remove K12 F31: a second base, of a process that lost its claim while it sent, goes with its source', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const { id } = await untilState(page, (await addOne(page, textItem('A'))).id, 'ready');
  const access = await requireVoice(await storedSource(page, 'A'), api.deps);
  await api.deps.voice.createBase(access, `${id}.1`, { kind: 'text', name: 'A', text: 'About A' });
  await SourceModel.updateOne({ _id: id }, { $set: { sends: 2 } });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: id }), { removed: true });
  assert.deepEqual(sandbox.retell.bases(apiKey), []);
});
