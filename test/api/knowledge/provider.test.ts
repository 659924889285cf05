import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { createWeb, hostsOf } from '../../../api/providers/web/web.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { comesTo, until } from '../../support/until.ts';
import { addSource, fileItem, findSource, hashOf, openClient, openVoiceClient, textItem, untilState, uploadFile } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

const site = createServer((req, res) => {
  if (req.url === '/inside') return void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Opening hours</h1>');
}).listen(0, '127.0.0.1');
await once(site, 'listening');
after(() => void site.close());
const { port } = site.address() as AddressInfo;
api.deps.web = createWeb({ sandboxHosts: hostsOf(`site.test=127.0.0.1:${port}`) });

test('knowledge.add K1: an address becomes a ready source', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const source = await addSource(page, { kind: 'url', url: 'HTTP://Site.test/hours#today' });
  const ready = await untilState(page, source.id, 'ready');
  assert.deepEqual(
    { name: ready.name, type: ready.type, bytes: ready.bytes, priceMillis: ready.priceMillis },
    { name: 'http://site.test/hours', type: 'html', bytes: 22, priceMillis: 3_000 },
  );
  const [base] = sandbox.retell.bases(apiKey);
  assert.deepEqual(
    base?.sources.map((one) => one.type === 'url' && one.url),
    ['http://site.test/hours'],
  );
  const { items } = await page.call('knowledge.quote', { items: [{ kind: 'url', url: 'http://SITE.test/hours' }] });
  assert.equal(items[0]?.duplicate, true);
});

test('knowledge.add K5: an address whose redirect leads inside is refused, and nothing is stored', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const reply = await page.try('knowledge.add', { items: [{ kind: 'url', url: 'http://site.test/inside' }], totalMillis: 3_000 });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'knowledge.url_blocked' });
  assert.deepEqual(
    { used: (await page.call('knowledge.list', {})).count.used, available: (await page.balance()).available },
    { used: 0, available: 10_000 },
  );
});

test('knowledge.add F31: a provider that is silent for one agency delays no other', async () => {
  const [silent, other] = [await openVoiceClient(api, { credits: 10 }), await openVoiceClient(api, { credits: 10 })];
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how: 'hang', times: 1 });
  await addSource(silent.page, textItem('A'));
  await until(async () => sandbox.faults.state().happened.some(({ kind }) => kind === 'hang'), 'the silence');
  for (const name of ['B', 'C']) await untilState(other.page, (await addSource(other.page, textItem(name))).id, 'ready');
  assert.equal((await silent.agency.call('knowledge.costs', {})).sources, 0, 'it is silent still');
});

test("knowledge.add F31: if the provider's answers are lost or wrong, there is one base and one charge", async () => {
  for (const [how, done] of [
    ['500', false],
    ['reset', true],
    ['drop-after-headers', true],
    ['html', true],
    ['garbage-json', true],
  ] as const) {
    const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
    sandbox.faults.add({ path: '/retell/create-knowledge-base', how, done, times: 1 });
    const source = await addSource(page, textItem('A'));
    await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, source.id))?.state === 'ready', how);
    assert.equal(sandbox.retell.bases(apiKey).length, 1, how);
    assert.deepEqual({ available: (await page.balance()).available, used: (await page.balance()).used }, { available: 9_000, used: 1_000 });
  }
});

test('knowledge.add F31: an answer of the provider that stops after its headers delays no source of others', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  sandbox.faults.add({ path: '/retell/get-knowledge-base', how: 'hang' });
  const source = await addSource(page, textItem('A'));
  const another = await openVoiceClient(api, { credits: 10 });
  await until(async () => sandbox.faults.state().happened.some(({ kind }) => kind === 'hang'), 'the silence');
  const behind = await addSource(another.page, textItem('B'));
  await untilState(another.page, behind.id, 'ready');
  await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, source.id))?.state === 'ready', source.id, 60);
});

test('knowledge.retry K10: a source not processed within a day is refunded, and removed at the provider', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const source = await addSource(page, { kind: 'text', name: 'Endless', text: 'A' });
  await until(async () => (await page.balance()).used === 1000, 'the charge');
  sandbox.clock.advance(23 * 3600);
  assert.equal((await findSource(page, source.id))?.state, 'processing');
  sandbox.clock.advance(3600 + 60);
  assert.equal((await untilState(page, source.id, 'failed')).reason?.code, 'knowledge.processing_failed');
  const { available, used } = await page.balance();
  assert.deepEqual({ available, used, bases: sandbox.retell.bases(apiKey).length }, { available: 10_000, used: 0, bases: 0 });
});

test('knowledge.add K6: a source that the provider refuses costs nothing, and says why in our words', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  sandbox.retell.failNext();
  const source = await addSource(page, textItem('A'));
  const failed = await untilState(page, source.id, 'failed');
  assert.deepEqual(failed.reason, {
    code: 'knowledge.processing_failed',
    message: 'This could not be read. Nothing was charged for it in the end. Check it and try again.',
  });
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
});

test('knowledge.add K2: without a voice account nothing can be added or is charged', async () => {
  const { agency, page } = await openVoiceClient(api, { credits: 10 });
  await agency.call('integrations.disconnect', { provider: 'voice' });
  const reply = await page.try('knowledge.add', { items: [textItem('A')], totalMillis: 1_000 });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'voice.not_configured' });
  assert.equal((await page.balance()).available, 10_000);
});

interface Agent {
  response_engine: { llm_id?: string; conversation_flow_id?: string };
  knowledge_base_ids?: string[] | null;
}

/** Reads the ids of an agent's bases at the provider. */
async function readBasesOf(apiKey: string, agentId: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const read = async (path: string) => (await (await fetch(`${sandbox.url}/retell/${path}`, { headers })).json()) as Agent;
  const { llm_id, conversation_flow_id } = (await read(`get-agent/${agentId}`)).response_engine;
  const brain = await read(llm_id ? `get-retell-llm/${llm_id}` : `get-conversation-flow/${conversation_flow_id}`);
  return brain.knowledge_base_ids ?? [];
}

test('knowledge.attach K12: agents use sources at the provider, and a removal detaches them everywhere', async () => {
  const { agency, page, apiKey, agentIds } = await openVoiceClient(api, { credits: 10 });
  const [first = '', , flow = ''] = agentIds;
  const one = await agency.call('agents.register', { clientId: page.clientId, providerAgentId: first, name: 'Front desk' });
  const other = await agency.call('agents.register', { clientId: page.clientId, providerAgentId: flow, name: 'Night desk' });
  assert.equal(
    codeOf(await agency.try('agents.register', { clientId: page.clientId, providerAgentId: 'agent_none', name: 'Nobody' })),
    'agent.not_found',
  );
  const sources = [];
  for (const name of ['A', 'B', 'C', 'D']) sources.push(await addSource(page, textItem(name)));
  for (const { id } of sources) await untilState(page, id, 'ready');
  await Promise.all(sources.map(({ id }) => page.call('knowledge.attach', { sourceId: id, agentId: one.id })));
  await page.call('knowledge.attach', { sourceId: sources[0]?.id ?? '', agentId: other.id });
  const ids = sandbox.retell.bases(apiKey).map(({ knowledge_base_id }) => knowledge_base_id);
  assert.deepEqual((await readBasesOf(apiKey, first)).sort(), ids.sort());
  assert.equal((await readBasesOf(apiKey, flow)).length, 1);
  const { agents } = await page.call('agents.list', {});
  assert.deepEqual(
    agents.map(({ name, sourceIds }) => [name, sourceIds.length]),
    [
      ['Front desk', 4],
      ['Night desk', 1],
    ],
  );

  await page.call('knowledge.detach', { sourceId: sources[3]?.id ?? '', agentId: one.id });
  assert.equal((await readBasesOf(apiKey, first)).length, 3);
  await page.call('knowledge.remove', { sourceId: sources[0]?.id ?? '' });
  assert.deepEqual(
    { first: (await readBasesOf(apiKey, first)).length, flow: (await readBasesOf(apiKey, flow)).length },
    { first: 2, flow: 0 },
  );
  assert.equal(sandbox.retell.bases(apiKey).length, 3);
  assert.deepEqual(
    (await page.call('agents.list', {})).agents.map(({ sourceIds }) => sourceIds.length),
    [2, 0],
  );

  const sibling = await openClient(agency);
  assert.equal(
    codeOf(await agency.try('agents.register', { clientId: sibling.clientId, providerAgentId: first, name: 'Mine' })),
    'agent.not_found',
  );
  assert.equal(codeOf(await page.try('knowledge.attach', { sourceId: sources[0]?.id ?? '', agentId: one.id })), 'source.not_found');
  const uploading = await addSource(page, fileItem('a.txt', 'hello'));
  assert.equal(codeOf(await page.try('knowledge.attach', { sourceId: uploading.id, agentId: one.id })), 'source.not_ready');
});

test('knowledge.attach K12: if the provider does not answer, nothing is stored here either', async () => {
  const { agency, page, agentIds } = await openVoiceClient(api, { credits: 10 });
  const agent = await agency.call('agents.register', { clientId: page.clientId, providerAgentId: agentIds[0] ?? '', name: 'Front desk' });
  const source = await addSource(page, textItem('A'));
  await untilState(page, source.id, 'ready');
  sandbox.faults.add({ path: '/retell/update-retell-llm/*', how: '500', times: 3 });
  const reply = await page.try('knowledge.attach', { sourceId: source.id, agentId: agent.id });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'voice.provider_unavailable' });
  assert.deepEqual((await findSource(page, source.id))?.agentIds, []);
  assert.deepEqual((await page.call('knowledge.attach', { sourceId: source.id, agentId: agent.id })).agentIds, [agent.id]);
});

test('knowledge.upload K1: a file of 20 MB goes to the provider byte for byte', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const line = 'Everything that a caller may ask, once more, in one more line.\n';
  const content = Buffer.from(line.repeat(Math.floor((20 * 1024 * 1024) / line.length)));
  const source = await addSource(page, fileItem('Large.txt', content));
  const reply = await uploadFile(page, source.id, content);
  assert.deepEqual({ status: reply.status, receivedBytes: reply.body.receivedBytes }, { status: 200, receivedBytes: content.length });
  await untilState(page, source.id, 'ready');
  const hashes = sandbox.retell
    .bases(apiKey)
    .flatMap(({ sources }) => sources.flatMap((one) => (one.type === 'document' ? [one.sha256] : [])));
  assert.deepEqual(hashes, [hashOf(content)]);
});

test('knowledge.add PX3: of three sources the one that Retell completes empty is refunded, the others are paid', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const sources = [];
  for (const name of ['Hours', 'corrupt', 'Prices']) sources.push(await addSource(page, textItem(name)));
  const [hours, corrupt, prices] = sources.map(({ id }) => id);
  await untilState(page, hours ?? '', 'ready');
  await untilState(page, prices ?? '', 'ready');
  const { reason, priceMillis, orderId } = await untilState(page, corrupt ?? '', 'failed');
  assert.deepEqual({ code: reason?.code, priceMillis }, { code: 'knowledge.processing_failed', priceMillis: 0 });
  assert.equal((await page.call('orders.read', { orderId: orderId ?? '' })).state, 'refunded');
  const { available, held, used } = await page.balance();
  assert.deepEqual({ available, held, used }, { available: 8_000, held: 0, used: 2_000 });
  assert.equal(sandbox.retell.bases(apiKey).length, 2, 'the empty one is gone');
});

test('knowledge.add PX3: a source processed in part is paid and ready, and says so', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const { id } = await addSource(page, { kind: 'text', name: 'Endless', text: 'A' });
  const base = await until(async () => sandbox.retell.bases(apiKey)[0], 'its base');
  Object.assign(sandbox.retell.finish(base.knowledge_base_id, 'complete'), { error_messages: ['Failed to process page 7.'] });
  await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, id))?.state === 'ready', 'it is ready');
  assert.equal((await findSource(page, id))?.reason?.message, 'Parts of this could not be read. Your agents know the rest.');
  assert.equal((await page.balance()).used, 1_000);
});

test("knowledge.add PX6: an agency's own source that Retell refuses fails too, and the agency reads why", async () => {
  const { agency } = await openVoiceClient(api);
  const how = { status: 402, body: { status: 'error', message: 'Trial has ended, please add payment method.' } };
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how });
  const { sources } = await agency.call('knowledge.add', { items: [textItem('Hours')], totalMillis: 0 });
  const failed = await until(async () => {
    const [source] = (await agency.call('knowledge.list', {})).sources;
    return source?.state === 'failed' && source;
  }, 'it fails');
  assert.deepEqual({ id: failed.id, code: failed.reason?.code }, { id: sources[0]?.id, code: 'voice.refused' });
  const { entries } = await agency.call('journal.list', {});
  assert.deepEqual(entries.map(({ action, target }) => [action, target])[0], ['alert.provider', 'voice.unpaid']);
});

test('knowledge.remove PX6 K12: an unknown base of an earlier attempt is removed with its source', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how: 'reset', done: true });
  const how = { status: 401, body: { status: 'error', message: 'API key is missing or invalid.' } };
  sandbox.faults.add({ path: '/retell/list-knowledge-bases', how });
  const { id: sourceId } = await addSource(page, textItem('Hours'));
  await until(async () => sandbox.clock.advance(30) > 0 && (await findSource(page, sourceId))?.state === 'failed', 'it is given up');
  await comesTo(async () => (await page.balance()).available, 10_000);
  assert.equal(sandbox.retell.bases(apiKey).length, 1);
  await page.call('knowledge.retry', { sourceId });
  await untilState(page, sourceId, 'ready');
  assert.deepEqual(
    sandbox.retell.bases(apiKey).map(({ knowledge_base_name: name }) => name),
    [`${sourceId}.2`],
    'the base of the first attempt is gone',
  );
  assert.deepEqual(await page.call('knowledge.remove', { sourceId }), { removed: true });
  assert.deepEqual(sandbox.retell.bases(apiKey), []);
});
