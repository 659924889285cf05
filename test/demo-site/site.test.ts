import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import supertest from 'supertest';
import { claimPorts } from '../../demo-site/ports.ts';
import { startSite } from '../../demo-site/site/server.ts';
import { startApi } from '../support/api.ts';

const api = await startApi();
const agency = await api.createAgency();
const harborAgency = await api.createAgency();
const { demo: port } = await claimPorts({ PORT: '0', DEMO_PORT: '0', SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', SANDBOX_SIP_PORT: '0' });
const demo = `http://northwind.localhost:${port}`;
const harbor = `http://harbor.localhost:${port}`;
const addresses = { api: api.url, demo, harbor, sandbox: api.sandbox.url, mail: `${api.sandbox.url}/mail` };
const { apiKey } = api.sandbox.retell.createAccount('Northwind Voice');
await agency.call('integrations.connectVoice', { apiKey });
const site = await startSite({
  port,
  api: api.url,
  agency,
  harborAgency,
  closedAgency: async () => harborAgency,
  addresses,
  clientAccount: { accountSid: 'AC-of-a-client', authToken: 'token-of-a-client' },
  makeAgent: (_agency, name) => api.sandbox.retell.addAgent(apiKey, name).agent_id,
});
after(site.close);

const at = (host: string) => supertest.agent(`http://127.0.0.1:${port}`).set('host', host);
const northwind = at('northwind.localhost');
const sections = ['/account/numbers', '/account/knowledge', '/account/reports', '/account/plan'];

test('demo site: every page is there, links to nothing that is not, and never holds a secret', async () => {
  for (const page of ['/', '/pricing', '/account', ...sections, '/terms', '/privacy']) {
    const { text } = await northwind.get(page).expect(200).expect('content-type', /html/);
    assert.doesNotMatch(text, /\{\{|wls_|wlk_|sk_/);
    const own = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '']) => path);
    assert.ok(own.length > 8);
    for (const path of new Set(own)) await northwind.get(path).expect(200);
  }
});

test('demo site E1: pages know the platform by its script tag and elements alone', async () => {
  const { text } = await northwind.get('/account');
  assert.ok(text.includes(`<script type="module" src="${api.url}/embed/v1/wl.js" data-key="${agency.keys.test.publishable}"></script>`));
  for (const element of ['wl-signup', 'wl-balance-meter', 'wl-buy-credits']) assert.match(text, new RegExp(`<${element}>`));
});

test('demo site H9: the platform is not named on any page', async () => {
  for (const page of ['/', '/pricing', '/account', ...sections, '/terms', '/privacy', '/site.css', '/logo.svg', '/account.js']) {
    const { text, body, headers } = await northwind.get(page);
    assert.doesNotMatch(`${text}${body}${JSON.stringify(headers)}`, /livery/i);
  }
});

test('demo site: other hosts are told apart', async () => {
  await at('localhost').get('/').expect(302).expect('location', demo);
  await at('stranger.localhost').get('/').expect(404);
});

test('demo site: a test call without credits gets the sentence of the refusal, and the minutes stay', async () => {
  const { account } = await agency.call('sessions.mint', {
    externalId: 'one',
    profile: { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
  });
  const reply = await northwind.post('/demo/call').send({ clientId: account.clientId, seconds: 61 }).expect(402);
  assert.equal(reply.body.error.code, 'credits.insufficient');
  assert.match(reply.body.error.message, /^There are not enough credits/);
  assert.deepEqual((await northwind.get('/demo/minutes').expect(200)).body, { availableMillis: 50_000 });
});

test('demo site C1: a 61-second test call costs 1.017 credits, of the client and of the agency', async () => {
  const { account } = await agency.call('sessions.mint', {
    externalId: 'two',
    profile: { firstName: 'Grace', lastName: 'Hopper', email: 'grace@example.com' },
  });
  await agency.call('credits.allocate', { clientId: account.clientId, amountMillis: 100_000, description: 'A present' });
  const reply = await northwind.post('/demo/call').send({ clientId: account.clientId, seconds: 61 }).expect(200);
  assert.equal(reply.body.costMillis, 1_017);
  assert.equal(reply.body.balance.available, 98_983);
  assert.deepEqual((await northwind.get('/demo/minutes')).body, { availableMillis: 48_983 });
});

test('agents.register: a new client gets two agents, however often and at once its pages ask', async () => {
  const { account } = await agency.call('sessions.mint', {
    externalId: 'three',
    profile: { firstName: 'Mary', lastName: 'Jackson', email: 'mary@example.com' },
  });
  const ask = () => northwind.post('/demo/agents').send({ clientId: account.clientId }).expect(200);
  await Promise.all([ask(), ask()]);
  await ask();
  const { agents } = await agency.call('agents.list', { clientId: account.clientId });
  assert.deepEqual(agents.map(({ name }) => name).sort(), ['After hours', 'Front desk']);
  await northwind.post('/demo/agents').send({}).expect(422);
});

test('demo site: what the page sends is not trusted', async () => {
  for (const sent of [{}, { clientId: 7, seconds: 61 }, { clientId: 'cli_x', seconds: 'many' }, { clientId: { $gt: '' }, seconds: -1 }]) {
    await northwind.post('/demo/call').send(sent).expect(422);
  }
});

test('demo site: the pages for developers are there, name nothing that is not, and hold no secret', async () => {
  for (const page of ['/demo', '/playground', '/reference', '/every', '/strict', '/hostile', '/app', '/app/credits', '/both', '/twice']) {
    const { text } = await northwind.get(page).expect(200).expect('content-type', /html/);
    assert.doesNotMatch(text, /\{\{|wlk_|livery/i);
    assert.ok(!text.includes(agency.keys.test.secret) && !text.includes(harborAgency.keys.test.secret));
    const own = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '']) => path);
    for (const path of new Set(own)) await northwind.get(path).expect(200);
  }
});

test('demo site: the reference holds both documents, with every link to a heading that is there', async () => {
  const { text } = await northwind.get('/reference');
  assert.match(text, /id="wl-buy-credits"/);
  assert.match(text, /id="credits\.checkout"/);
  assert.doesNotMatch(text, /<th><\/th>/, 'a column is headed by words or by nothing');
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), id);
});

test('demo site H1: the playground offers every public variable, in the words of its source, and the presets', async () => {
  const { body } = await northwind.get('/workshop/themes.json').expect(200);
  const source = readFileSync('themes/tokens.ts', 'utf8');
  const wanted = new Set([...source.matchAll(/var\((--wl-(?!brand-)[\w-]+)/g)].map(([, name]) => name));
  assert.deepEqual(new Set(body.tokens.map(({ name }: { name: string }) => name)), wanted);
  assert.ok(body.tokens.every(({ about }: { about: string }) => about.length > 5));
  for (const { values } of body.presets) for (const name of Object.keys(values)) assert.ok(wanted.has(name), name);
});

test('demo site: session tokens are handed out for the situations of the playground alone', async () => {
  for (const name of ['nobody', 'visitor', '__proto__', 'constructor']) await northwind.get(`/demo/session/${name}`).expect(404);
});
