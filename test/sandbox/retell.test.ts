import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import Retell from 'retell-sdk';
import type { SandboxOptions } from '../../demo-site/sandbox/start.ts';
import { openSandbox } from './open.ts';

type Context = Parameters<typeof openSandbox>[0];

async function openRetell(t: Context, options: SandboxOptions = {}) {
  const { sandbox } = await openSandbox(t, { processingMillis: 60_000, ...options });
  const account = sandbox.retell.createAccount('Northwind Voice');
  const retell = (apiKey = account.apiKey) => new Retell({ apiKey, baseURL: sandbox.retellUrl, maxRetries: 0, timeout: 3000 });
  return { sandbox, account, retell, client: retell() };
}

const missing = { status: 422, message: /Cannot find requested asset under given api key/ };

test('sandbox Retell K1: a file, a text and a URL become sources when the clock has moved on', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const content = randomBytes(300_000);
  const made = await client.knowledgeBase.create({
    knowledge_base_name: 'src_1',
    knowledge_base_files: [new File([content], 'Prices (ä).pdf', { type: 'application/pdf' })],
    knowledge_base_texts: [{ title: 'Hours', text: 'Nine to five.' }],
    knowledge_base_urls: ['https://northwind.test/faq'],
  });
  assert.deepEqual([made.knowledge_base_name, made.status, made.knowledge_base_sources], ['src_1', 'in_progress', undefined]);
  const [stored] = sandbox.retell.bases()[0]!.sources;
  assert.ok(stored?.type === 'document');
  const sha256 = createHash('sha256').update(content).digest('hex');
  assert.deepEqual([stored.filename, stored.file_size, stored.sha256], ['Prices (ä).pdf', 300_000, sha256]);
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

test('sandbox Retell K1: work takes a moment of real time where nobody moves the clock', async (t) => {
  const { client } = await openRetell(t, { processingMillis: 0 });
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'a',
    knowledge_base_urls: ['https://a.test'],
  });
  assert.equal((await client.knowledgeBase.retrieve(id)).status, 'complete');
});

test('sandbox Retell K6: what cannot be read ends in an error with its reason, and so does what the test says', async (t) => {
  const { sandbox, client } = await openRetell(t);
  const file = (name: string) => new File(['%PDF'], name);
  const create = (name: string) => client.knowledgeBase.create({ knowledge_base_name: 'k', knowledge_base_files: [file(name)] });
  sandbox.retell.failNext();
  const [doomed, fine, corrupt] = [await create('a.pdf'), await create('b.pdf'), await create('corrupt.pdf')];
  sandbox.clock.advance(61);
  const outcomes = await Promise.all([doomed, fine, corrupt].map(({ knowledge_base_id: id }) => client.knowledgeBase.retrieve(id)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['error', 'complete', 'error'],
  );
  assert.deepEqual((outcomes[2] as { error_messages?: string[] }).error_messages, ['Failed to process corrupt.pdf.']);
  const late = await create('c.pdf');
  assert.equal(sandbox.retell.finish(late.knowledge_base_id, 'error').status, 'error');
});

test('sandbox Retell K6: sources are added and taken away, and a bad one leaves the others', async (t) => {
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
  assert.deepEqual([status, sources.map(({ type }) => type)], ['complete', ['text', 'url']]);
  const left = await client.knowledgeBase.deleteSource(sources[0]!.source_id, { knowledge_base_id: id });
  assert.deepEqual(
    left.knowledge_base_sources?.map(({ type }) => type),
    ['url'],
  );
  await assert.rejects(client.knowledgeBase.deleteSource('source_none', { knowledge_base_id: id }), missing);
});

test('sandbox Retell K12: a deleted base is gone, and agents know what they are told to know', async (t) => {
  const { sandbox, account, client } = await openRetell(t);
  const { knowledge_base_id: id } = await client.knowledgeBase.create({
    knowledge_base_name: 'k',
    knowledge_base_urls: ['https://a.test'],
  });
  const agents = await client.agent.list({});
  assert.equal(agents.items.length, 3);
  for (const { agent_id } of agents.items) {
    const { response_engine: engine } = await client.agent.retrieve(agent_id);
    const known =
      engine.type === 'retell-llm'
        ? await client.llm.update(engine.llm_id, { knowledge_base_ids: [id] })
        : await client.conversationFlow.update((engine as { conversation_flow_id: string }).conversation_flow_id, {
            knowledge_base_ids: [id],
          });
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

test('sandbox Retell V4: keys and mistakes are refused in the words of Retell', async (t) => {
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

test('sandbox Retell F31: faults hit Retell like anything else, done or not', async (t) => {
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
