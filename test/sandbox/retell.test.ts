import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Retell from 'retell-sdk';
import { type SandboxOptions, startSandbox } from '../../demo-site/sandbox/start.ts';
import { openSandbox } from './open.ts';

type Context = Parameters<typeof openSandbox>[0];

async function openRetell(t: Context, options: SandboxOptions = {}) {
  const { sandbox } = await openSandbox(t, { processingMillis: 60_000, ...options });
  const account = sandbox.retell.createAccount('Northwind Voice');
  const retell = (apiKey = account.apiKey) => new Retell({ apiKey, baseURL: sandbox.retellUrl, maxRetries: 0, timeout: 3000 });
  return { sandbox, account, retell, client: retell() };
}

const missing = { status: 422, message: /Cannot find requested asset under given api key/ };

test('sandbox Retell K1: a file, a text and a URL become sources once the clock has advanced', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const content = randomBytes(300_000);
  const made = await client.knowledgeBase.create({
    knowledge_base_name: 'src_1',
    knowledge_base_files: [new File([content], 'Prices (ä).pdf', { type: 'application/pdf' })],
    knowledge_base_texts: [{ title: 'Hours', text: 'Nine to five.' }],
    knowledge_base_urls: ['https://northwind.test/faq'],
  });
  assert.deepEqual(
    { knowledgeBaseName: made.knowledge_base_name, status: made.status, knowledgeBaseSources: made.knowledge_base_sources },
    { knowledgeBaseName: 'src_1', status: 'in_progress', knowledgeBaseSources: undefined },
  );
  const [stored] = sandbox.retell.bases()[0]!.sources;
  assert.ok(stored?.type === 'document');
  const sha256 = createHash('sha256').update(content).digest('hex');
  assert.deepEqual(
    { filename: stored.filename, fileSize: stored.file_size, sha256: stored.sha256 },
    { filename: 'Prices (ä).pdf', fileSize: 300_000, sha256 },
  );
  sandbox.clock.advance(59);
  assert.equal((await client.knowledgeBase.retrieve(made.knowledge_base_id)).status, 'in_progress');
  sandbox.clock.advance(2);
  const done = await client.knowledgeBase.retrieve(made.knowledge_base_id);
  assert.equal(done.status, 'complete');
  assert.deepEqual(
    done.knowledge_base_sources?.map(({ type }) => type),
    ['document', 'text', 'url'],
  );
  assert.deepEqual(
    (await client.knowledgeBase.list()).map(({ knowledge_base_id: id }) => id),
    [made.knowledge_base_id],
  );
});

test('sandbox Retell K1: without a move of the clock work takes a moment of real time', async (t) => {
  const { client } = await openRetell(t, { processingMillis: 0 });
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'a',
    knowledge_base_urls: ['https://a.test'],
  });
  assert.equal((await client.knowledgeBase.retrieve(id)).status, 'complete');
});

test('sandbox Retell K6 PX3: an unreadable base is complete without sources; failed indexing is an error', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const file = (name: string) => new File(['%PDF'], name);
  const create = (name: string) => client.knowledgeBase.create({ knowledge_base_name: 'k', knowledge_base_files: [file(name)] });
  sandbox.retell.failNext();
  const [doomed, fine, corrupt] = [await create('a.pdf'), await create('b.pdf'), await create('corrupt.pdf')];
  sandbox.clock.advance(61);
  const outcomes = await Promise.all([doomed, fine, corrupt].map(({ knowledge_base_id: id }) => client.knowledgeBase.retrieve(id)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['error', 'complete', 'complete'],
  );
  assert.deepEqual(outcomes[2]?.knowledge_base_sources, []);
  assert.deepEqual((outcomes[2] as { error_messages?: string[] }).error_messages, ['Failed to process corrupt.pdf.']);
  const late = await create('c.pdf');
  assert.equal(sandbox.retell.finish(late.knowledge_base_id, 'error').status, 'error');
});

test('sandbox Retell K6: sources are added and removed, and a bad one leaves the others', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'k',
    knowledge_base_texts: [{ title: 'Hours', text: 'Nine' }],
  });
  await assert.rejects(client.knowledgeBase.addSources(id, { knowledge_base_urls: ['https://a.test'] }), { status: 400 });
  sandbox.clock.advance(61);
  const adding = await client.knowledgeBase.addSources(id, { knowledge_base_urls: ['https://a.test', 'https://corrupt.test'] });
  assert.equal(adding.status, 'refreshing_in_progress');
  sandbox.clock.advance(61);
  const { status, knowledge_base_sources: sources = [] } = await client.knowledgeBase.retrieve(id);
  assert.deepEqual({ status, sources: sources.map(({ type }) => type) }, { status: 'complete', sources: ['text', 'url'] });
  const left = await client.knowledgeBase.deleteSource(sources[0]!.source_id, { knowledge_base_id: id });
  assert.deepEqual(
    left.knowledge_base_sources?.map(({ type }) => type),
    ['url'],
  );
  await assert.rejects(client.knowledgeBase.deleteSource('source_none', { knowledge_base_id: id }), missing);
});

test('sandbox Retell K12: a deleted base is gone, and agents have exactly the attached bases', async (t) => {
  const { sandbox, account, client } = await openRetell(t);
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'k',
    knowledge_base_urls: ['https://a.test'],
  });
  const agents = await client.agent.list({});
  assert.equal(agents.items.length, 3);
  for (const { agent_id } of agents.items) {
    const { version } = await client.agent.createVersion(agent_id, { base_version: 0 });
    const { response_engine: engine } = await client.agent.retrieve(agent_id, { version: version ?? -1 });
    const change = { version: version ?? -1, knowledge_base_ids: [id] };
    const known =
      engine.type === 'retell-llm'
        ? await client.llm.update(engine.llm_id, change)
        : await client.conversationFlow.update((engine as { conversation_flow_id: string }).conversation_flow_id, change);
    assert.deepEqual(known.knowledge_base_ids, [id]);
  }
  const [llm] = Object.keys(account.llms);
  assert.deepEqual((await client.llm.retrieve(llm!)).knowledge_base_ids, [id]);
  await assert.rejects(client.llm.update(llm!, { knowledge_base_ids: ['knowledge_base_none'] }), missing);
  assert.equal((await client.llm.update(llm!, { knowledge_base_ids: null })).knowledge_base_ids, null);
  await client.knowledgeBase.delete(id);
  assert.deepEqual(sandbox.retell.bases(), []);
  await assert.rejects(client.knowledgeBase.retrieve(id), missing);
  await assert.rejects(client.knowledgeBase.delete(id), missing);
  await assert.rejects(client.agent.retrieve('agent_none'), missing);
});

test('sandbox Retell PX2: a published version never changes; publishing a draft leaves the others', async (t) => {
  const { account, client } = await openRetell(t);
  const [reception = '', bookings = '', support = ''] = Object.keys(account.agents);
  const published = await client.agent.retrieve(reception);
  const { llm_id: llmId } = published.response_engine as { llm_id: string };
  assert.deepEqual({ version: published.version, isPublished: published.is_published }, { version: 0, isPublished: true });
  await assert.rejects(client.llm.update(llmId, { general_prompt: 'Hello' }), { status: 400, message: /Cannot update published LLM/ });
  await assert.rejects(client.agent.update(reception, { agent_name: 'Desk' }), { status: 422, message: /Cannot update published agent/ });
  const flow = (await client.agent.retrieve(support, { version: 0 })).response_engine as { conversation_flow_id: string };
  await assert.rejects(client.conversationFlow.update(flow.conversation_flow_id, { version: 0, global_prompt: 'Hello' }), {
    status: 400,
    message: /Cannot update published conversation flow/,
  });

  const first = await client.agent.createVersion(reception, { base_version: 0 });
  const second = await client.agent.createVersion(reception, { base_version: 0 });
  assert.deepEqual(
    { version: first.version, isPublished: first.is_published, baseVersion: first.base_version, nextVersion: second.version },
    { version: 1, isPublished: false, baseVersion: 0, nextVersion: 2 },
  );
  assert.equal((await client.llm.update(llmId, { version: 1, general_prompt: 'Draft' })).general_prompt, 'Draft');
  assert.equal((await client.llm.retrieve(llmId, { version: 2 })).general_prompt, 'You are Reception.');
  await client.agent.publish(reception, { version: 2 });
  await client.agent.publish(reception, { version: 1 });
  assert.equal((await client.agent.retrieve(reception, { version: 'latest_published' })).version, 1, 'the one that was published last');
  assert.equal((await client.agent.retrieve(reception)).version, 2, 'the newest');
  assert.equal((await client.llm.retrieve(llmId, { version: 1 })).is_published, true);
  await assert.rejects(client.agent.publish(reception, { version: 7 }), { status: 404 });
  await assert.rejects(client.agent.deleteVersion(reception, { version: 1 }), { status: 400 });

  await client.agent.createVersion(reception, { base_version: 1 });
  await client.agent.deleteVersion(reception, { version: 3 });
  const { items, has_more: hasMore } = await client.agent.listVersions(reception, { limit: 2 });
  assert.deepEqual(
    { items: items.map(({ version, is_published }) => [version, is_published]), hasMore },
    {
      items: [
        [2, true],
        [1, true],
      ],
      hasMore: true,
    },
  );
  await assert.rejects(client.agent.retrieve(bookings, { version: 'latest_published' }), missing);
  assert.deepEqual(
    (await client.agent.listVersions(support)).items.map(({ is_published }) => is_published),
    [false, true],
  );
});

test('sandbox Retell PX2: agents stored before versions existed are loaded as published', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'retell-'));
  const stateFile = join(folder, 'sandbox.json');
  const at = 1_700_000_000_000;
  const agent = { agent_id: 'agent_1', agent_name: 'Desk', voice_id: 'v', response_engine: { type: 'retell-llm', llm_id: 'llm_1' } };
  const llm = { id: 'llm_1', prompt: 'You are Desk.', knowledge_base_ids: ['knowledge_base_1'] };
  const stored = {
    apiKey: 'key_before',
    name: 'Before',
    bases: {},
    flows: {},
    agents: { agent_1: { ...agent, last_modification_timestamp: at } },
    llms: { llm_1: { ...llm, last_modification_timestamp: at } },
  };
  await writeFile(stateFile, JSON.stringify({ retell: [stored] }));
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, stateFile });
  t.after(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  const client = new Retell({ apiKey: 'key_before', baseURL: sandbox.retellUrl, maxRetries: 0 });
  const { version, is_published: isPublished, agent_name: name } = await client.agent.retrieve('agent_1', { version: 'latest_published' });
  assert.deepEqual({ version, isPublished, name }, { version: 0, isPublished: true, name: 'Desk' });
  assert.deepEqual((await client.llm.retrieve('llm_1', { version: 0 })).knowledge_base_ids, ['knowledge_base_1']);
});

test("sandbox Retell V4: wrong keys and requests are refused in Retell's words", async (t) => {
  const { sandbox, client, retell } = await openRetell(t);
  await assert.rejects(retell('key_wrong').knowledgeBase.list(), { status: 401, message: /API key is missing or invalid/ });
  const other = sandbox.retell.createAccount('Harbor Desk');
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'k',
    knowledge_base_urls: ['https://a.test'],
  });
  await assert.rejects(retell(other.apiKey).knowledgeBase.retrieve(id), missing);
  const create = (given: object) => client.knowledgeBase.create({ knowledge_base_name: 'k', ...given });
  await assert.rejects(create({ knowledge_base_name: 'k'.repeat(40) }), { status: 400, message: /less than 40 characters/ });
  await assert.rejects(create({ knowledge_base_urls: ['nowhere'] }), { status: 400, message: /valid urls/ });
  await assert.rejects(create({ colour: 'red' }), { status: 400, message: /does not know the parameter colour/ });
  await assert.rejects(create({ knowledge_base_texts: [{ title: 'a' }] }), { status: 400, message: /text is required/ });
});

test('sandbox Retell F31: faults affect Retell too, with the work done or not', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const create = () => client.knowledgeBase.create({ knowledge_base_name: 'k', knowledge_base_files: [new File(['%PDF'], 'a.pdf')] });
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how: '500' });
  await assert.rejects(create(), { status: 500, message: /unexpected server error/ });
  assert.equal(sandbox.retell.bases().length, 0);
  sandbox.faults.add({ path: '/retell/create-knowledge-base', how: 'reset', done: true });
  await assert.rejects(create(), Retell.APIConnectionError);
  assert.equal(sandbox.retell.bases().length, 1, 'it was made, and only the answer was lost');
  sandbox.faults.script(['429', 'html']);
  await assert.rejects(client.knowledgeBase.list(), { status: 429 });
  assert.equal(typeof (await client.knowledgeBase.list()), 'string', 'the SDK takes a page for an answer');
});
