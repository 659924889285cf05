import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { tellRoutes } from '../../../api/domain/numbers/route.ts';
import type { Agency } from '../../support/agency.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { buy, newKey, numbersOf, openClient, openNumberShop } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
// Only the test tells what is due.
await api.stopDueWork();

const { agency, account } = await openNumberShop(api, { credits: 0 });
const { apiKey, agentIds } = await agency.connectVoice(sandbox);

/** Registers an agent of the voice account as a client's. @returns its id here and there */
async function registerAgent(page: Page, at: number, of: Agency = agency, ids = agentIds) {
  const providerAgentId = ids[at] ?? assert.fail('no such agent');
  const { id } = await of.call('agents.register', { clientId: page.clientId, providerAgentId, name: `Agent ${at}` });
  return { id, providerAgentId };
}

/** Buys a number, and has the providers told. */
async function buyNumber(page: Page) {
  const { number } = await buy(page);
  await tellRoutes(api.deps);
  const own = (await numbersOf(page)).find((one) => one.number === number) ?? assert.fail(number);
  return { numberId: own.id, number, answeredBy: own.answeredBy };
}

const agentOf = (number: string) => {
  const answer = sandbox.ring(number);
  return answer === 'nobody' ? answer : answer.agentId;
};
const known = (number: string) => Object.hasOwn(sandbox.retell.accounts().find((one) => one.apiKey === apiKey)?.numbers ?? {}, number);
const viewOf = async (page: Page, numberId: string) => (await numbersOf(page)).find(({ id }) => id === numberId);

test('numbers.assign MT11 N14: a bought number rings for the chosen agent, and the next call for the next one', async () => {
  const page = await openClient(agency);
  const [desk, night] = [await registerAgent(page, 0), await registerAgent(page, 1)];
  const { numberId, number, answeredBy } = await buyNumber(page);
  assert.deepEqual({ answeredBy, rings: agentOf(number), known: known(number) }, { answeredBy: 'nobody', rings: 'nobody', known: true });
  for (const agent of [desk, night, desk]) {
    const assigned = await page.call('numbers.assign', { numberId, agentId: agent.id });
    assert.deepEqual({ agentId: assigned.agentId, answeredBy: assigned.answeredBy }, { agentId: agent.id, answeredBy: 'agent' });
    assert.equal(agentOf(number), agent.providerAgentId);
  }
  const other = await openClient(agency, 0);
  assert.equal(codeOf(await other.try('numbers.assign', { numberId, agentId: desk.id })), 'number.not_found');
  assert.equal((await page.call('numbers.assign', { numberId, agentId: null })).answeredBy, 'nobody');
  assert.equal(agentOf(number), 'nobody');
  assert.equal(Object.keys(sandbox.twilio.accounts().find(({ sid }) => sid === account.sid)?.trunks ?? {}).length, 1, 'one trunk for all');
});

test('numbers.release MT11: what was released rings nowhere, and the voice provider forgets it', async () => {
  const page = await openClient(agency);
  const desk = await registerAgent(page, 2);
  const { numberId, number } = await buyNumber(page);
  await page.call('numbers.assign', { numberId, agentId: desk.id });
  sandbox.faults.add({ path: '/retell/delete-phone-number/', how: '500', times: 10 });
  assert.equal((await page.try('numbers.release', { numberId, lastDigits: number.slice(-4) })).status, 503);
  sandbox.faults.calm();
  assert.equal((await viewOf(page, numberId))?.state, 'active');
  sandbox.clock.advance(150);
  await collectRents(api.deps);
  assert.deepEqual(
    { state: (await viewOf(page, numberId))?.state, rings: agentOf(number), known: known(number) },
    { state: 'released', rings: 'nobody', known: false },
  );
});

for (const point of ['number.after_choice', 'number.after_route'] as const)
  test(`numbers.assign MT11: a process that dies at ${point} leaves the choice, which is told later`, async () => {
    const page = await openClient(agency);
    const { apiKey: _, ...own } = { apiKey, agent: sandbox.retell.addAgent(apiKey, point) };
    const agent = await registerAgent(page, 0, agency, [own.agent.agent_id]);
    const { numberId, number } = await buyNumber(page);
    api.crashAt(point);
    assert.equal((await page.try('numbers.assign', { numberId, agentId: agent.id })).status, 500);
    api.crashAt(undefined);
    assert.equal((await viewOf(page, numberId))?.answeredBy, 'soon');
    sandbox.clock.advance(120);
    await tellRoutes(api.deps);
    assert.deepEqual(
      { answeredBy: (await viewOf(page, numberId))?.answeredBy, rings: agentOf(number) },
      { answeredBy: 'agent', rings: agent.providerAgentId },
    );
  });

test('numbers.buy MT11: a voice provider that is silent at the purchase is told of the number later', async () => {
  const page = await openClient(agency);
  sandbox.faults.add({ path: '/retell/import-phone-number', how: '500', times: 10 });
  const { number } = await buyNumber(page);
  sandbox.faults.calm();
  assert.equal(known(number), false);
  sandbox.clock.advance(60);
  await tellRoutes(api.deps);
  assert.equal(known(number), true);
});

test('numbers.assign MT11: a choice that a provider refuses is not taken, and the one before goes on ringing', async () => {
  const page = await openClient(agency);
  const [first, second] = await Promise.all(
    ['First', 'Second'].map((name) => registerAgent(page, 0, agency, [sandbox.retell.addAgent(apiKey, name).agent_id])),
  );
  assert.ok(first && second);
  const { numberId, number } = await buyNumber(page);
  await page.call('numbers.assign', { numberId, agentId: first.id });
  sandbox.faults.add({
    path: `/twilio/2010-04-01/Accounts/*/IncomingPhoneNumbers/`,
    method: 'POST',
    how: { status: 402, body: { status: 402 } },
  });
  const reply = await page.try('numbers.assign', { numberId, agentId: second.id });
  sandbox.faults.calm();
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'number.not_connected' });
  sandbox.clock.advance(120);
  await tellRoutes(api.deps);
  assert.deepEqual(
    { agentId: (await viewOf(page, numberId))?.agentId, rings: agentOf(number) },
    { agentId: first.id, rings: first.providerAgentId },
  );
});

test('numbers.assign MT11: a number of the own account keeps its way until an agent is chosen, and gets it back', async () => {
  const page = await openClient(agency, 0);
  const agent = await registerAgent(page, 0, agency, [sandbox.retell.addAgent(apiKey, 'Own').agent_id]);
  const own = sandbox.twilio.createAccount('Own');
  const [{ phoneNumber = '' } = {}] = sandbox.twilio.numbers(own.sid);
  await page.call('numbers.connectAccount', { accountSid: own.sid, authToken: own.authToken });
  const { numbers } = await page.call('numbers.import', { numbers: [phoneNumber] }, newKey());
  const numberId = numbers[0]?.id ?? '';
  const trunkThere = () => sandbox.twilio.numbers(own.sid).find((one) => one.phoneNumber === phoneNumber)?.wiring.trunk_sid ?? '';
  assert.deepEqual({ answeredBy: numbers[0]?.answeredBy, trunk: trunkThere() }, { answeredBy: 'elsewhere', trunk: '' });
  await page.call('numbers.assign', { numberId, agentId: agent.id });
  assert.equal(agentOf(phoneNumber), agent.providerAgentId);
  assert.equal((await page.call('numbers.assign', { numberId, agentId: null })).answeredBy, 'elsewhere');
  assert.deepEqual({ trunk: trunkThere(), known: known(phoneNumber) }, { trunk: '', known: false });
});

test('numbers.assign MT11: a number that another account holds than the connected one is not led anywhere', async () => {
  const moved = await openNumberShop(api);
  const [{ agentIds: ids }, before] = [await moved.agency.connectVoice(sandbox), moved.account];
  const agent = await registerAgent(moved.page, 0, moved.agency, ids);
  const { numberId, number } = await buyNumber(moved.page);
  const next = sandbox.twilio.createAccount('The next');
  await moved.agency.call('integrations.connectTelephony', { accountSid: next.sid, authToken: next.authToken });
  const trunksOf = (sid: string) => Object.keys(sandbox.twilio.accounts().find((one) => one.sid === sid)?.trunks ?? {}).length;
  const reply = await moved.page.try('numbers.assign', { numberId, agentId: agent.id });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.not_configured' });
  assert.deepEqual({ agentId: (await viewOf(moved.page, numberId))?.agentId, there: trunksOf(next.sid) }, { agentId: null, there: 0 });
  assert.ok(sandbox.twilio.numbers(before.sid).some(({ phoneNumber }) => phoneNumber === number));
});

test('numbers.testTrunk MT11 N13: a trunk’s number is caller id once its call rang, for one client of an agency', async () => {
  const other = await openNumberShop(api, { credits: 0 });
  const trunk = { number: '+493012359999', terminationUri: 'trunk.test', transport: 'tcp' } as const;
  sandbox.trunk.set({ behaviour: 'silent' });
  const add = async (of: Agency) => {
    const page = await openClient(of, 0);
    const { id: numberId, callerId } = await page.call('numbers.connectTrunk', trunk, newKey());
    assert.equal(callerId, false, 'not tried yet');
    return { page, numberId };
  };
  const [first, second, elsewhere] = [await add(agency), await add(agency), await add(other.agency)];
  const tryOut = ({ page, numberId }: typeof first) => page.try('numbers.testTrunk', { numberId });
  assert.equal((await tryOut(first)).body.result, 'timeout');
  assert.equal((await viewOf(first.page, first.numberId))?.callerId, false);
  sandbox.trunk.set({ behaviour: 'open' });
  for (const one of [first, first, elsewhere]) assert.equal((await tryOut(one)).body.result, 'ok');
  const taken = await tryOut(second);
  assert.deepEqual({ status: taken.status, code: codeOf(taken) }, { status: 409, code: 'number.connected' });
  const callerIds = await Promise.all(
    [first, second, elsewhere].map(async ({ page, numberId }) => (await viewOf(page, numberId))?.callerId),
  );
  assert.deepEqual(callerIds, [true, false, true]);
});
