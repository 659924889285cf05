import assert from 'node:assert/strict';
import test from 'node:test';
import Retell from 'retell-sdk';
import type { DocumentedError, Voice, VoiceAccess } from '../../../api/ports/index.ts';
import { type RetellCall, retellErrors } from '../../../api/providers/retell/errors.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { casesOf, differentOf, type ErrorCase, endOf, refusalOf, watchCase } from '../../support/provider-errors.ts';
import { comesTo, until } from '../../support/until.ts';
import { addSource, addSources, findSource, openClient, openVoiceClient, textItem, untilState, type VoiceClient } from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

type Row = DocumentedError<RetellCall>;
type Case = ErrorCase<RetellCall>;

const give: Ask = (voice, access, { agentId, baseId }) => voice.setBases(access, agentId, { used: [baseId], unused: [] });
/** A number that Retell does not know is changed in vain, then imported. */
const answer: Ask = async (voice, access, { agentId }) => {
  await voice.forgetNumber(access, '+14155550100');
  return voice.answerNumber(access, { number: '+14155550100', trunk: { host: 'calls.pstn.twilio.com' }, agentId });
};
/** Where each call goes, and how the port is asked for it. */
const calls: Record<RetellCall, [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, ask: Ask]> = {
  checkKey: ['GET', 'list-knowledge-bases', (voice, access) => voice.isKeyGood(access)],
  listBases: ['GET', 'list-knowledge-bases', (voice, access) => voice.findBases(access, 'src_1')],
  createBase: [
    'POST',
    'create-knowledge-base',
    (voice, access) => voice.createBase(access, 'src_1', { kind: 'text', name: 'Hours', text: 'Nine to five' }),
  ],
  readBase: ['GET', 'get-knowledge-base/', (voice, access, { baseId }) => voice.readBase(access, baseId)],
  removeBase: ['DELETE', 'delete-knowledge-base/', (voice, access, { baseId }) => voice.removeBase(access, baseId)],
  readAgent: ['GET', 'get-agent/', (voice, access, { agentId }) => voice.requireAgent(access, agentId)],
  readTags: ['POST', 'v2/list-agents', give],
  listVersions: ['GET', 'list-agent-versions/', give],
  createVersion: ['POST', 'create-agent-version/', give],
  publishVersion: ['POST', 'publish-agent-version/', give],
  deleteVersion: ['DELETE', 'delete-agent-version/', give],
  readEngine: ['GET', 'get-retell-llm/', give],
  changeEngine: ['PATCH', 'update-retell-llm/', give],
  changeNumber: ['PATCH', 'update-phone-number/', answer],
  importNumber: ['POST', 'import-phone-number', answer],
  forgetNumber: ['DELETE', 'delete-phone-number/', (voice, access) => voice.forgetNumber(access, '+14155550100')],
};
type Ask = (voice: Voice, access: VoiceAccess, known: { agentId: string; baseId: string }) => Promise<unknown>;

/** Makes Retell answer this call with this error until the faults end. The SDK does not repeat it, because nobody waits for that here. */
function answerWith({ call, row }: Case): void {
  const [method, path] = calls[call];
  const how = { status: row.status, body: { status: 'error', message: row.says }, headers: { 'x-should-retry': 'false' } };
  sandbox.faults.add({ path: `/retell/${path}`, method, how, times: 1_000 });
}

const all = casesOf(retellErrors);
const allFor = (...wanted: RetellCall[]) => all.filter(({ call }) => wanted.includes(call));
const casesFor = (...wanted: RetellCall[]) => differentOf(allFor(...wanted));
const HOUR_SECONDS = 3600;
/** Longer than any back-off and any claim. */
const REST_SECONDS = 700;

/** Looks until there is a result. Advances the clock past every back-off only twice a second, because claims in use would expire sooner. */
function untilAfterRest<Found>(look: () => Promise<Found | undefined | false>, what: string): Promise<Found> {
  let restedAt = performance.now();
  return until(async () => {
    if (performance.now() - restedAt >= 500) {
      sandbox.clock.advance(REST_SECONDS);
      restedAt = performance.now();
    }
    return look();
  }, what);
}

/** The balance of a client with 10 credits. */
const untouched = { available: 10_000, held: 0, used: 0 };
async function readBalance({ page }: Pick<VoiceClient, 'page'>) {
  const { available, held, used } = await page.balance();
  return { available, held, used };
}

/**
 * Adds a source while Retell answers with this error. After a definite error the source fails at once; after a passing one it waits, and is
 * refunded within a day.
 */
async function addDuring({ agency }: VoiceClient, one: Case) {
  const { row, call, name } = one;
  const page = await openClient(agency, 10);
  const watched = await watchCase(api, agency);
  // After a lost answer the API asks the provider whether there is a base.
  if (call === 'listBases') sandbox.faults.add({ path: '/retell/create-knowledge-base', how: '500' });
  answerWith(one);
  const { id } = await addSource(page, textItem('Hours'));
  // The ids of the source and of its order both end with the seed.
  await untilAfterRest(async () => watched.isLogged(one, id.slice('src_'.length)), `${name} is logged`);
  if (row.lasts === 'passing') {
    assert.equal((await findSource(page, id))?.state, 'processing', name);
    sandbox.clock.advance(24 * HOUR_SECONDS);
  }
  const failed = await untilAfterRest(async () => {
    const source = await findSource(page, id);
    return source?.state === 'failed' && source;
  }, `${name}: it fails`);
  assert.equal(failed.reason?.code, row.person, name);
  await comesTo(() => readBalance({ page }), untouched, name);
  assert.ok(!JSON.stringify(failed).includes(row.says), 'no word of it reaches the client');
  const notices = new Set(await watched.notices());
  assert.deepEqual([...notices], row.agency === undefined ? [] : [row.agency], name);
  sandbox.faults.calm();
}

/** Refusals of Retell that are answers for the caller. */
const answers: Partial<Record<string, unknown>> = {
  'checkKey 401': false,
  'checkKey 403': false,
  'removeBase 400': undefined,
  'removeBase 404': undefined,
  'removeBase 422': undefined,
  ...Object.fromEntries(
    ['changeNumber', 'forgetNumber'].flatMap((call) => [400, 404, 422].map((status) => [`${call} ${status}`, undefined])),
  ),
};
/** A test below shows that such an error does not keep an agent from a source. */
const isNoObstacle = ({ call, row }: Case) => row.person === null && ['readTags', 'deleteVersion'].includes(call);

test('Retell PX6: the port refuses each call with every documented error as the table says', async () => {
  const { voice } = api.deps;
  const { apiKey, agents } = sandbox.retell.createAccount('Port');
  const [agentId = ''] = Object.keys(agents);
  const { id: baseId } = await voice.createBase({ apiKey }, 'src_0', { kind: 'text', name: 'Hours', text: 'Nine to five' });
  for (const one of all.filter((each) => !isNoObstacle(each))) {
    const key = `${one.call} ${one.row.status}`;
    answerWith(one);
    const end = await endOf(calls[one.call][2](voice, { apiKey }, { agentId, baseId }));
    sandbox.faults.calm();
    assert.deepEqual(end, key in answers ? { value: answers[key] } : refusalOf(one, 'voice.provider_unavailable'), one.name);
  }
});

test('knowledge.add PX6: after each documented error of Retell a source fails or waits, is free, and is reported', async () => {
  const library = await openVoiceClient(api);
  for (const one of casesFor('createBase', 'listBases')) await addDuring(library, one);
});

test('knowledge.add PX6: an accepted source waits a day at most, whatever Retell answers to its status', async () => {
  const library = await openVoiceClient(api);
  for (const one of casesFor('readBase')) await addDuring(library, one);
});

test('knowledge.add PX6: after an error that passes within a day a source is ready and paid once', async () => {
  const { agency } = await openVoiceClient(api);
  for (const call of ['createBase', 'readBase'] as const) {
    for (const one of casesFor(call).filter(({ row }) => row.lasts === 'passing')) {
      const page = await openClient(agency, 10);
      answerWith(one);
      const { id } = await addSource(page, textItem('Hours'));
      await until(async () => sandbox.faults.state().happened.some(({ kind }) => kind === 'refused'), one.name);
      sandbox.faults.calm();
      await untilAfterRest(async () => (await findSource(page, id))?.state === 'ready', one.name);
      assert.deepEqual(await readBalance({ page }), { available: 9_000, held: 0, used: 1_000 });
    }
  }
});

test('knowledge.remove PX6: after each documented error of Retell the removal is done, or continues by itself', async () => {
  const { agency, page } = await openVoiceClient(api, { credits: 100 });
  const cases = casesFor('removeBase');
  const sources = await addSources(
    page,
    cases.map(({ name }) => textItem(name)),
  );
  for (const [index, one] of cases.entries()) {
    const { row, name } = one;
    const { id: sourceId } = await untilState(page, sources[index]?.id ?? '', 'ready');
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await page.try('knowledge.remove', { sourceId });
    assert.deepEqual(
      { status: reply.status, code: codeOf(reply) ?? null, removed: reply.body.removed },
      { status: 200, code: row.person, removed: row.lasts === 'definite' },
      name,
    );
    assert.deepEqual(await watched.notices(), row.agency === undefined ? [] : [row.agency], name);
    if (row.lasts === 'passing') assert.ok(watched.isLogged(one), name);
    sandbox.faults.calm();
    await untilAfterRest(async () => (await findSource(page, sourceId)) === undefined, name);
    assert.equal((await page.call('knowledge.list', {})).count.used, cases.length - index - 1);
  }
});

async function openAgent() {
  const library = await openVoiceClient(api, { credits: 10 });
  const { agency, page, apiKey, agentIds } = library;
  const [providerAgentId = ''] = agentIds;
  const { id: agentId } = await agency.call('agents.register', { clientId: page.clientId, providerAgentId, name: 'Desk' });
  const { id: sourceId } = await untilState(page, (await addSource(page, textItem('Hours'))).id, 'ready');
  const retell = new Retell({ apiKey, baseURL: sandbox.retellUrl, maxRetries: 0 });
  const versions = async () => (await retell.agent.listVersions(providerAgentId)).items.map(({ version }) => version);
  return { ...library, pair: { sourceId, agentId }, versions };
}

test('knowledge.attach PX6: each documented error of Retell leaves the agent unchanged, and is reported', async () => {
  const { agency, page, pair, versions } = await openAgent();
  const onAgents = ['readAgent', 'listVersions', 'createVersion', 'publishVersion', 'readEngine', 'changeEngine', 'readTags'] as const;
  for (const one of casesFor(...onAgents).filter(({ row }) => row.undone === 'step')) {
    const { row, name } = one;
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await page.try('knowledge.attach', pair);
    sandbox.faults.calm();
    assert.deepEqual(codeOf(reply), row.person, name);
    assert.ok(!JSON.stringify(reply.body).includes(row.says), 'no word of it reaches the client');
    assert.deepEqual(
      { agentIds: (await findSource(page, pair.sourceId))?.agentIds, versions: await versions() },
      { agentIds: [], versions: [0] },
      name,
    );
    assert.deepEqual(await watched.notices(), row.agency === undefined ? [] : [row.agency], name);
    await until(async () => watched.isLogged(one), `${name} is logged`);
  }
  assert.equal((await page.call('knowledge.attach', pair)).agentVersion?.version, 1, 'it works afterwards');
});

test('knowledge.attach PX6: neither missing environments nor an undeletable draft keep an agent from a source', async () => {
  const { page, pair } = await openAgent();
  for (const one of allFor('readTags').filter(isNoObstacle)) {
    answerWith(one);
    assert.equal((await page.call('knowledge.attach', pair)).agentVersion?.state, 'live', one.name);
    sandbox.faults.calm();
    await page.call('knowledge.detach', pair);
  }
  for (const one of allFor('deleteVersion')) {
    sandbox.faults.add({ path: '/retell/publish-agent-version/', how: { status: 422, body: { status: 'error', message: 'No' } } });
    answerWith(one);
    assert.equal(codeOf(await page.try('knowledge.attach', pair)), 'voice.refused', one.name);
    sandbox.faults.calm();
  }
  assert.equal((await page.call('knowledge.attach', pair)).agentVersion?.state, 'live');
});

test('integrations.connectVoice PX6: the agency reads each documented error of Retell, and the old account stays', async () => {
  const { agency } = await openVoiceClient(api);
  const { apiKey } = sandbox.retell.createAccount('Another');
  const before = (await agency.call('integrations.read', {})).voice;
  for (const one of casesFor('checkKey')) {
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await agency.try('integrations.connectVoice', { apiKey });
    sandbox.faults.calm();
    assert.equal(codeOf(reply), one.row.person, one.name);
    const { voice } = await agency.call('integrations.read', {});
    assert.deepEqual({ voice, notices: await watched.notices() }, { voice: before, notices: [] }, one.name);
  }
});

test('Retell PX6: each call knows every status in its description', () => {
  const named: Row['status'][] = [400, 401, 402, 403, 404, 422, 429, 500];
  for (const call of (Object.keys(calls) as RetellCall[]).filter((one) => one !== 'checkKey')) {
    const known = new Set(allFor(call).map(({ row }) => row.status));
    assert.deepEqual(
      named.filter((status) => !known.has(status)),
      [],
      call,
    );
  }
});
