import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { refuse } from '../../../api/contract/refusal.ts';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { comesTo, until } from '../../support/until.ts';
import { pdf } from './archives.ts';
import { addSource, fileItem, findSource, openVoiceClient, textItem, untilState, uploadFile } from './voice-client.ts';

const api = await startApi();
const { sandbox, deps } = api;
const { documents, voice, web } = deps;

test('knowledge.upload A10: a part that arrives after the file was checked is never sent', async (t) => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const content = pdf('Guide');
  const source = await addSource(page, fileItem('Guide.pdf', content));
  t.after(() => {
    deps.documents = documents;
  });
  deps.documents = {
    ...documents,
    async scan(file) {
      const found = await documents.scan(file);
      const late = { $set: { content: Buffer.from('MZ, and never scanned') } };
      await mongoose.connection.collection('sourceparts').updateOne({ sourceId: source.id, offset: 0 }, late);
      return found;
    },
  };
  await uploadFile(page, source.id, content);
  const failed = await untilState(page, source.id, 'failed');
  assert.equal(failed.reason?.code, 'knowledge.processing_failed');
  await comesTo(async () => (await page.balance()).available, 10_000);
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
});

test('knowledge.upload A10: a file that could not be scanned is quarantined and costs nothing, and the log says why', async (t) => {
  const { agency, page, apiKey } = await openVoiceClient(api, { credits: 10 });
  t.after(() => {
    deps.documents = documents;
  });
  const away = Object.assign(new Error('the scanner is away: SECRET CONTENT'), { code: 'ECONNREFUSED' });
  deps.documents = createDocuments({ scan: () => Promise.reject(away) });
  const content = pdf('SECRET CONTENT');
  const source = await addSource(page, fileItem('Guide.pdf', content));
  await uploadFile(page, source.id, content);
  await untilState(page, source.id, 'quarantined');
  const line = JSON.parse(api.logs.find((one) => one.includes('source.scan_failed')) ?? '{}');
  assert.deepEqual(
    { sourceId: line.sourceId, agencyId: line.agencyId, code: line.cause?.code },
    { sourceId: source.id, agencyId: agency.id, code: 'ECONNREFUSED' },
  );
  assert.ok(!api.logs.join('').includes('SECRET CONTENT'), 'the log holds nothing of the file');
  const { available, held } = await page.balance();
  assert.deepEqual({ bases: sandbox.retell.bases(apiKey).length, available, held }, { bases: 0, available: 10_000, held: 0 });

  deps.documents = documents;
  await page.call('knowledge.retry', { sourceId: source.id });
  const ready = await untilState(page, source.id, 'ready');
  const { available: left, used } = await page.balance();
  assert.deepEqual(
    { reason: ready.reason, available: left, used },
    { reason: null, available: 8_000, used: 2_000 },
    'checked again, it goes on as any other and is paid once',
  );
});

test('knowledge.remove N7: a source removed while it is sent costs nothing, and is removed at the provider', async (t) => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  let letGo = () => {};
  const goesOn = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  t.after(() => {
    deps.voice = voice;
  });
  const isThere = new Promise<void>((arrived) => {
    deps.voice = {
      ...voice,
      async createBase(...asked) {
        const base = await voice.createBase(...asked);
        arrived();
        await goesOn;
        return base;
      },
    };
  });
  const source = await addSource(page, textItem('Hours'));
  await isThere;
  await page.call('knowledge.remove', { sourceId: source.id });
  letGo();
  await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, source.id)) === undefined, 'the removal');
  const { available, held } = await page.balance();
  assert.deepEqual({ bases: sandbox.retell.bases(apiKey).length, available, held }, { bases: 0, available: 10_000, held: 0 });
});

test('knowledge.retry A01: only the owner of a source reaches it, with knowledge in the plan and an open portal', async () => {
  const { agency, agentIds, page } = await openVoiceClient(api, { credits: 10 });
  sandbox.retell.failNext();
  const { id: sourceId } = await addSource(page, textItem('Hours'));
  await untilState(page, sourceId, 'failed');
  const { clientId } = page;
  const agent = await agency.call('agents.register', { clientId, providerAgentId: agentIds[0] ?? '', name: 'Desk' });
  assert.equal(codeOf(await agency.try('knowledge.retry', { sourceId })), 'source.not_found');
  assert.equal(codeOf(await agency.try('knowledge.remove', { sourceId })), 'source.not_found');
  assert.equal(codeOf(await agency.try('knowledge.attach', { sourceId, agentId: agent.id })), 'source.not_found');
  assert.equal(codeOf(await agency.try('knowledge.detach', { sourceId, agentId: agent.id })), 'source.not_found');

  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', { portal: { active: false } });
  assert.equal(codeOf(await page.try('knowledge.retry', { sourceId })), 'agency.unavailable');
  await agency.call('agency.update', { portal: { active: true }, plan: { ...plan, features: ['numbers'] } });
  assert.equal(codeOf(await page.try('knowledge.retry', { sourceId })), 'feature.locked');
  await agency.call('agency.update', { plan });
  await agency.call('knowledge.retry', { sourceId, clientId });
  await untilState(page, sourceId, 'ready');
  assert.equal((await page.balance()).available, 9_000);
});

test("knowledge.add A26: no log line holds the contents of a provider's error, even if no request waits", async (t) => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  t.after(() => {
    deps.voice = voice;
  });
  const cause = Object.assign(new Error('key_canary'), { headers: { authorization: 'Bearer key_canary' }, error: { echo: 'key_canary' } });
  deps.voice = { ...voice, createBase: () => refuse('voice.provider_unavailable', { cause }) };
  await addSource(page, textItem('Hours'));
  await until(async () => api.logs.some((line) => /(order|source)\.waits/.test(line)), 'the log line');
  assert.ok(!api.logs.join('').includes('key_canary'));
});

test('knowledge.add K8: a page larger than the remaining storage is refused by its size, not by its quote', async (t) => {
  const limits = { numbers: null, sources: null, storageBytes: 1000 };
  const { page } = await openVoiceClient(api, { credits: 10, limits });
  t.after(() => {
    deps.web = web;
  });
  deps.web = { ...web, read: async (url) => ({ url, type: 'html', bytes: 1001 }) };
  const items = [{ kind: 'url' as const, url: 'https://example.com/' }];
  const { totalMillis } = await page.call('knowledge.quote', { items });
  const reply = await page.try('knowledge.add', { items, totalMillis });
  assert.equal(codeOf(reply), 'knowledge.storage_full');
  assert.equal((await page.balance()).available, 10_000);
});

test('knowledge.add K8 F30: two tabs that add the same source at once use the allowance of one', async () => {
  const { page } = await openVoiceClient(api, { credits: 100 });
  for (let round = 0; round < 5; round += 1) {
    const items = ['A', 'B', 'C'].map((name) => textItem(`${name}${round}`));
    await Promise.all([0, 1].map(() => page.try('knowledge.add', { items, totalMillis: 3_000 })));
  }
  const { sources, count, storageBytes } = await page.call('knowledge.list', {});
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  assert.deepEqual({ count: count.used, bytes: storageBytes.used }, { count: sources.length, bytes });
  const { available, held, used } = await page.balance();
  assert.equal(held + used, sources.length * 1_000);
  assert.equal(available + held + used, 100_000);
});

test("agents.register A01: an agent's id cannot lead to another path at the provider", async () => {
  const agency = await api.createAgency({ stripe: false });
  await agency.connectVoice(api.sandbox);
  const page = await agency.openPage();
  const { account } = await page.signUp();
  for (const providerAgentId of ['..', '../list-agents', 'a/../b', 'a?b=1', 'a%2fb', '']) {
    const reply = await agency.try('agents.register', { clientId: account.clientId, providerAgentId, name: 'Desk' });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, providerAgentId);
  }
});

test("knowledge.remove K12: a proxy's page instead of an answer counts as no removal, and the base is removed later", async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const { id: sourceId } = await addSource(page, textItem('Hours'));
  await untilState(page, sourceId, 'ready');
  sandbox.faults.add({ path: '/retell/delete-knowledge-base/', method: 'DELETE', how: 'html', done: false, times: 1 });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId }), { removed: false });
  assert.equal(sandbox.retell.bases(apiKey).length, 1);
  await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, sourceId)) === undefined, 'the removal');
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
});
