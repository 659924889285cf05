import assert from 'node:assert/strict';
import test from 'node:test';
import Retell from 'retell-sdk';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { addSource, findSource, openVoiceClient, textItem, untilState } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

/** Opens a client with one agent: published, never published, or with a draft of the agency's own. */
async function openAgent(which: 'published' | 'never published' | 'with a draft') {
  const client = await openVoiceClient(api, { credits: 10 });
  const { agency, page, apiKey, agentIds } = client;
  const providerAgentId = agentIds[['published', 'never published', 'with a draft'].indexOf(which)] ?? '';
  const { id: agentId } = await agency.call('agents.register', { clientId: page.clientId, providerAgentId, name: 'Desk' });
  const retell = new Retell({ apiKey, baseURL: sandbox.retellUrl, maxRetries: 0 });
  const add = async (name: string) => (await untilState(page, (await addSource(page, textItem(name))).id, 'ready')).id;
  const readKnown = async (version: string | number) => {
    const { response_engine: engine } = await retell.agent.retrieve(providerAgentId, { version });
    if (engine.type === 'custom-llm') return assert.fail('it is not at Retell');
    const at = { version: engine.version ?? 0 };
    const known =
      engine.type === 'retell-llm'
        ? await retell.llm.retrieve(engine.llm_id, at)
        : await retell.conversationFlow.retrieve(engine.conversation_flow_id, at);
    const names = sandbox.retell.bases(apiKey).map((base) => [base.knowledge_base_id, base.sources[0]] as const);
    return (known.knowledge_base_ids ?? []).map((id) => {
      const source = names.find(([one]) => one === id)?.[1];
      return source?.type === 'text' ? source.title : id;
    });
  };
  const listVersions = async () =>
    (await retell.agent.listVersions(providerAgentId)).items.map(
      ({ version, is_published }) => `${version}${is_published ? '' : ' draft'}`,
    );
  return { ...client, agentId, providerAgentId, retell, add, readKnown, listVersions };
}

test('knowledge.attach PX2: a published agent gets a new published version, and its calls know the source', async () => {
  const { page, agentId, add, readKnown, listVersions } = await openAgent('published');
  const sourceId = await add('Hours');
  const { agentVersion, agentIds } = await page.call('knowledge.attach', { sourceId, agentId });
  assert.deepEqual({ agentVersion, agentIds }, { agentVersion: { version: 1, state: 'live' }, agentIds: [agentId] });
  assert.deepEqual({ live: await readKnown('latest_published'), before: await readKnown(0) }, { live: ['Hours'], before: [] });
  assert.deepEqual(await listVersions(), ['1', '0']);
  assert.deepEqual((await page.call('agents.list', {})).agents[0]?.version, { version: 1, state: 'live' });

  const again = await page.call('knowledge.attach', { sourceId, agentId });
  assert.deepEqual(
    { agentVersion: again.agentVersion, versions: await listVersions() },
    { agentVersion: { version: 1, state: 'live' }, versions: ['1', '0'] },
    'nothing to change, no version',
  );
  const detached = await page.call('knowledge.detach', { sourceId, agentId });
  assert.deepEqual(
    { agentVersion: detached.agentVersion, known: await readKnown('latest_published') },
    { agentVersion: { version: 2, state: 'live' }, known: [] },
  );
});

test("knowledge.attach PX2: a draft of the agency's own gets the source, stays a draft, and keeps it once published", async () => {
  const { page, agentId, providerAgentId, retell, add, readKnown, listVersions } = await openAgent('with a draft');
  const { response_engine: engine } = await retell.agent.retrieve(providerAgentId, { version: 1 });
  assert.ok(engine.type === 'conversation-flow');
  await retell.conversationFlow.update(engine.conversation_flow_id, { version: 1, global_prompt: 'Half a sentence of som' });
  const first = await add('Hours');
  const { agentVersion } = await page.call('knowledge.attach', { sourceId: first, agentId });
  assert.deepEqual(
    { agentVersion, versions: await listVersions() },
    { agentVersion: { version: 2, state: 'live' }, versions: ['2', '1 draft', '0'] },
  );
  const at = async (version: number) => (await retell.conversationFlow.retrieve(engine.conversation_flow_id, { version })).global_prompt;
  const prompts = { live: await at(2), draft: await at(1) };
  assert.deepEqual(prompts, { live: 'You are Support.', draft: 'Half a sentence of som' }, 'the unfinished draft reaches nobody');
  assert.deepEqual({ live: await readKnown(2), draft: await readKnown(1) }, { live: ['Hours'], draft: ['Hours'] });

  await retell.agent.publish(providerAgentId, { version: 1 });
  await page.call('knowledge.attach', { sourceId: await add('Prices'), agentId });
  assert.deepEqual(
    { prompt: await at(3), known: await readKnown('latest_published') },
    { prompt: 'Half a sentence of som', known: ['Hours', 'Prices'] },
    'branched from what calls get',
  );
});

test('knowledge.attach PX2: an agent that was never published is changed in place, and reported as a draft', async () => {
  const { page, agentId, add, readKnown, listVersions } = await openAgent('never published');
  const { agentVersion } = await page.call('knowledge.attach', { sourceId: await add('Hours'), agentId });
  assert.deepEqual(
    { agentVersion, versions: await listVersions(), known: await readKnown(0) },
    { agentVersion: { version: 0, state: 'draft' }, versions: ['0 draft'], known: ['Hours'] },
  );
});

test('knowledge.attach PX2: with an environment tied to an older version, the answer is not live but published', async () => {
  const { page, apiKey, agentId, providerAgentId, add } = await openAgent('published');
  const agent = sandbox.retell.accounts().find((account) => account.apiKey === apiKey)?.agents[providerAgentId];
  agent?.versions[0]?.assigned_tags.push('prod');
  const sourceId = await add('Hours');
  assert.deepEqual((await page.call('knowledge.attach', { sourceId, agentId })).agentVersion, { version: 1, state: 'published' });
  const [old, current] = agent?.versions ?? [];
  current?.assigned_tags.push(...(old?.assigned_tags.splice(0) ?? []));
  assert.deepEqual((await page.call('knowledge.attach', { sourceId, agentId })).agentVersion, { version: 1, state: 'live' });
});

test('knowledge.attach PX2: many sources attached at once become few versions, and the last one has all of them', async () => {
  const { page, agentId, add, readKnown, listVersions } = await openAgent('published');
  const ids = [];
  for (const name of ['A', 'B', 'C', 'D', 'E']) ids.push(await add(name));
  const answers = await Promise.all(ids.map((sourceId) => page.call('knowledge.attach', { sourceId, agentId })));
  assert.ok(answers.every(({ agentVersion }) => agentVersion?.state === 'live'));
  assert.deepEqual((await readKnown('latest_published')).sort(), ['A', 'B', 'C', 'D', 'E']);
  assert.ok((await listVersions()).length <= 4, (await listVersions()).join());
});

test("knowledge.attach PX2: bases of the agency's own stay in every version", async () => {
  const { page, agentId, providerAgentId, retell, add, readKnown } = await openAgent('published');
  const own = await retell.knowledgeBase.create({ knowledge_base_name: 'Own', knowledge_base_texts: [{ title: 'Own', text: 'words' }] });
  const { version, response_engine: engine } = await retell.agent.createVersion(providerAgentId, { base_version: 0 });
  assert.ok(engine.type === 'retell-llm');
  await retell.llm.update(engine.llm_id, { version: version ?? 0, knowledge_base_ids: [own.knowledge_base_id] });
  await retell.agent.publish(providerAgentId, { version: version ?? 0 });
  const sourceId = await add('Hours');
  await page.call('knowledge.attach', { sourceId, agentId });
  assert.deepEqual(await readKnown('latest_published'), ['Own', 'Hours']);
  await page.call('knowledge.remove', { sourceId });
  assert.deepEqual(await readKnown('latest_published'), ['Own']);
});

test('knowledge.attach PX2: a version published while it is being changed is read anew', async () => {
  const { page, agentId, add, readKnown } = await openAgent('published');
  const sourceId = await add('Hours');
  const how = { status: 400, body: { status: 'error', message: 'Cannot update published LLM' } };
  sandbox.faults.add({ path: '/retell/update-retell-llm/*', how, times: 2 });
  assert.equal((await page.call('knowledge.attach', { sourceId, agentId })).agentVersion?.state, 'live');
  assert.deepEqual(await readKnown('latest_published'), ['Hours']);
});

test('knowledge.attach PX2: if the new version cannot be published nothing is stored, and no draft remains', async () => {
  const { page, agentId, add, readKnown, listVersions } = await openAgent('published');
  const sourceId = await add('Hours');
  sandbox.faults.add({ path: '/retell/publish-agent-version/*', how: '500', times: 3 });
  const reply = await page.try('knowledge.attach', { sourceId, agentId });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'voice.provider_unavailable' });
  assert.deepEqual(
    { agentIds: (await findSource(page, sourceId))?.agentIds, versions: await listVersions(), known: await readKnown('latest') },
    { agentIds: [], versions: ['0'], known: [] },
  );
});

test('knowledge.attach PX2 F31: a version is published once, even if the answer is empty or lost', async () => {
  for (const how of ['reset', 'html', 'garbage-json'] as const) {
    const { page, agentId, add, listVersions } = await openAgent('published');
    const sourceId = await add('Hours');
    sandbox.faults.add({ path: '/retell/publish-agent-version/*', how, done: true });
    const { agentVersion } = await page.call('knowledge.attach', { sourceId, agentId });
    assert.deepEqual(
      { agentVersion, versions: await listVersions() },
      { agentVersion: { version: 1, state: 'live' }, versions: ['1', '0'] },
      how,
    );
  }
});

test('knowledge.remove PX2: the live version and a draft lose the source, and its allowance is returned', async () => {
  const { page, apiKey, agentId, add, readKnown } = await openAgent('with a draft');
  const sourceId = await add('Hours');
  await page.call('knowledge.attach', { sourceId, agentId });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId }), { removed: true });
  const left = { live: await readKnown('latest_published'), draft: await readKnown(1), bases: sandbox.retell.bases(apiKey) };
  assert.deepEqual(left, { live: [], draft: [], bases: [] });
  assert.equal((await page.call('knowledge.list', {})).count.used, 0);
});

test('knowledge.remove PX2: an agent that Retell refuses to change keeps no source, and the allowance is returned', async () => {
  const { agency, page, apiKey, agentId, add } = await openAgent('published');
  const sourceId = await add('Hours');
  await page.call('knowledge.attach', { sourceId, agentId });
  const how = { status: 422, body: { status: 'error', message: 'Cannot find requested asset under given api key.' } };
  sandbox.faults.add({ path: '/retell/create-agent-version/*', how, times: 1 });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId }), { removed: true });
  assert.deepEqual(
    { bases: sandbox.retell.bases(apiKey), used: (await page.call('knowledge.list', {})).count.used },
    { bases: [], used: 0 },
  );
  const { entries } = await agency.call('journal.list', {});
  assert.deepEqual({ action: entries[0]?.action, target: entries[0]?.target }, { action: 'alert.provider', target: 'voice.agent_refused' });
});

test('knowledge.remove PX2: a base that Retell does not remove for a day is left, and the log names it', async () => {
  const { page, apiKey, add } = await openAgent('published');
  const sourceId = await add('Hours');
  const [base] = sandbox.retell.bases(apiKey);
  const how = { status: 401, body: { status: 'error', message: 'API key is missing or invalid.' } };
  sandbox.faults.add({ path: '/retell/delete-knowledge-base/', how, times: 1_000 });
  assert.deepEqual(await page.call('knowledge.remove', { sourceId }), { removed: false });
  sandbox.clock.advance(23 * 3600);
  assert.equal((await findSource(page, sourceId))?.state, 'removing');
  sandbox.clock.advance(2 * 3600);
  await until(async () => (await page.call('knowledge.list', {})).count.used === 0, 'the returned allowance');
  const line = api.logs
    .map((one) => JSON.parse(one))
    .find(({ msg, sourceId: id }) => msg.startsWith('source.base_left') && id === sourceId);
  assert.deepEqual({ status: line.cause.status, message: line.cause.message }, { status: 401, message: 'API key is missing or invalid.' });
  assert.equal(line.base, base?.knowledge_base_id);
  sandbox.faults.calm();
});
