import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import mongoose from 'mongoose';
import { contract, type ErrorBody, type Operation, type OperationName } from '../../../api/contract/index.ts';
import { addressOf } from '../../../api/http/route.ts';
import { startApi } from '../../support/api.ts';
import { openBrowser, visit } from '../../support/browser.ts';
import { call, type Reply } from '../../support/call.ts';

const { createAgency, url, deps, platformKey, logs } = await startApi();
const hostile: string[] = JSON.parse(readFileSync(new URL('../../fixtures/hostile/brand.json', import.meta.url), 'utf8'));

/** The agency of all requests that are refused: they leave no trace. */
const refusing = await createAgency({ stripe: false });
const signedIn = await refusing.openPage();
await signedIn.signUp();

test('agency.update A13: a color is a color and an address an https address; nothing else gets in', async () => {
  const agency = await createAgency({ stripe: false });
  const { brand } = await agency.call('agency.read', {});
  for (const text of hostile) {
    for (const field of ['primaryColor', 'accentColor', 'logoUrl', 'helpUrl', 'termsUrl', 'privacyUrl', 'supportEmail'] as const) {
      const reply = await agency.live.try('agency.update', { brand: { ...brand, [field]: text } });
      const { error } = reply.body as unknown as ErrorBody;
      assert.deepEqual({ status: reply.status, param: error.param }, { status: 422, param: `brand.${field}` }, `${field}: ${text}`);
    }
  }
  assert.deepEqual((await agency.call('agency.read', {})).brand, brand);
});

test('bootstrap.read A13: a hostile brand written into the database reaches no page: no request, dialog or markup', async () => {
  const asked: string[] = [];
  const canary = createServer((req, res) => {
    asked.push(req.url ?? '');
    res.end();
  }).listen(0, '127.0.0.1');
  await once(canary, 'listening');
  after(() => canary.close());
  const away = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const agency = await createAgency({ stripe: false });
  const site = createServer((_req, res) => {
    const script = `<script type="module" src="${url}/embed/v1/wl.js" data-key="${agency.keys.test.publishable}"></script>`;
    res
      .setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><title>Page</title>${script}<wl-signup logo></wl-signup><wl-buy-credits></wl-buy-credits>`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  after(() => site.close());
  const page = `http://localhost:${(site.address() as AddressInfo).port}/`;
  const browser = await openBrowser();
  for (const primaryColor of [
    `red;background:url(${away}/a)`,
    `url(${away}/b)`,
    `red}*{background:url(${away}/c)}`,
    `"><img src=${away}/d>`,
  ]) {
    const companyName = `<img src=${away}/name onerror=alert(1)>`;
    await mongoose.connection
      .collection('agencies')
      .updateOne({ _id: agency.id as never }, { $set: { 'brand.primaryColor': primaryColor, 'brand.companyName': companyName } });
    deps.directory.forget();
    const { page: tab, context } = await visit(browser, 'about:blank');
    tab.on('dialog', () => asked.push('a dialog'));
    await tab.goto(page);
    await tab.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
    const shown = await tab
      .locator('wl-buy-credits')
      .evaluate((element) => getComputedStyle(element).getPropertyValue('--wl-brand-primary'));
    assert.equal(shown.trim(), '#2563eb', 'the default theme');
    await context.close();
  }
  assert.deepEqual(asked, []);
});

test('bootstrap.read A13: a hostile brand field falls back to its default, other fields stay, one log line', async () => {
  const agency = await createAgency({ stripe: false });
  const { brand } = await agency.call('agency.read', {});
  const helpUrl = 'https://help.example.test/';
  await agency.live.call('agency.update', { brand: { ...brand, helpUrl, accentColor: '#112233' } });
  const page = await agency.openPage();
  const secret = 'url(//canary.test/a)';
  for (const field of Object.keys(brand)) {
    const forced = { [`brand.${field}`]: `red\u0000;background:${secret}`, 'brand.unknown': secret };
    await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: forced });
  }
  await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: { 'brand.helpUrl': helpUrl } });
  deps.directory.forget();
  const plain = { logoUrl: null, primaryColor: '#2563eb', accentColor: null, supportEmail: null, termsUrl: null, privacyUrl: null };
  const expected = { companyName: agency.slug, ...plain, helpUrl };
  for (let time = 0; time < 3; time += 1) assert.deepEqual((await page.call('bootstrap.read', {})).brand, expected);
  assert.deepEqual(await page.call('brand.read', {}), expected);
  assert.deepEqual((await agency.call('agency.read', {})).brand, expected, 'the agency can see it and mend it');
  const lines = logs.filter((line) => line.includes('brand.field_unfit'));
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line))
      .flatMap(({ agencyId, field, level }) => (agencyId === agency.id ? [[field, level]] : []))
      .sort(),
    Object.keys({ companyName: '', ...plain })
      .map((field) => [field, 50])
      .sort(),
  );
  assert.ok(!logs.some((line) => line.includes('canary.test')), 'never the value');
});

test('accounts.signUp A13: a hostile terms address in the database is neither agreed to nor recorded', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const force = async (brand: Record<string, string>) => {
    const forced = Object.fromEntries(Object.entries(brand).map(([field, value]) => [`brand.${field}`, value]));
    await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: forced });
    deps.directory.forget();
  };
  const consentOf = async () => (await mongoose.connection.collection('clients').findOne({ _id: page.clientId as never }))?.consent;
  await force({ termsUrl: 'javascript:alert(1)' });
  await page.signUp();
  assert.equal(await consentOf(), undefined, 'there are no terms');
  await force({ privacyUrl: 'https://terms.test/privacy' });
  await page.signUp({ acceptedTerms: true });
  const { termsUrl, privacyUrl } = await consentOf();
  assert.deepEqual({ termsUrl, privacyUrl }, { termsUrl: null, privacyUrl: 'https://terms.test/privacy' });
});

const extra = {
  role: 'admin',
  agencyId: 'agn_other',
  credits: 1_000_000,
  balance: 1,
  emailVerified: true,
  stripe: { secretKey: 'x' },
  _id: 'x',
  __v: 1,
  createdAt: 0,
  freeMillis: 5,
};

for (const name of Object.keys(contract) as OperationName[]) {
  const { method, callers, body = 'json', input, example }: Operation = contract[name];
  if (method !== 'POST' || body === 'raw' || body === 'bytes') continue;
  test(`${name} A03: a field outside the contract is refused, and nothing is done`, async () => {
    const fields = Object.entries(extra).filter(
      ([field]) => !input.safeParse({ ...example, [field]: extra[field as keyof typeof extra] }).success,
    );
    assert.ok(fields.length >= Object.keys(extra).length - 2, 'the schema is closed');
    for (const [field, value] of fields) {
      const sent = { ...example, [field]: value };
      const isOnPage = callers.client !== undefined || callers.visitor === true;
      const key = callers.platform ? platformKey : isOnPage ? signedIn.token : refusing.keys.test.secret;
      const query = isOnPage ? `?key=${refusing.keys.test.publishable}` : '';
      const origin = isOnPage ? { origin: refusing.origin } : {};
      const reply: Reply<ErrorBody> = await call(url + addressOf(name) + query, {
        key,
        ...origin,
        body: sent,
        ...(body === 'simple' && { headers: { 'content-type': 'text/plain' } }),
      });
      assert.equal(reply.status, 422, `${field}: ${JSON.stringify(reply.body)}`);
    }
  });
}

test('portal.page A13: forced into the database, a hostile brand ends no hosted page and stands on none', async () => {
  const agency = await createAgency({ stripe: false });
  const { brand } = await agency.call('agency.read', {});
  const forced = [
    { ...brand, logoUrl: 'nonsense' },
    { ...brand, logoUrl: 'javascript:alert(1)', termsUrl: 'javascript:alert(1)', helpUrl: 'data:text/html,x' },
    { ...brand, logoUrl: 'https://a.example;script-src *', primaryColor: 'red"/><script>alert(1)</script>' },
    { companyName: 7 },
    'none',
    null,
  ];
  for (const hostile of forced) {
    await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: { brand: hostile } });
    const reply = await fetch(`${url}/p/${agency.slug}`);
    const page = await reply.text();
    assert.equal(reply.status, 200, JSON.stringify(hostile));
    assert.doesNotMatch(page, /javascript:|data:text|nonsense|<script>/);
    assert.match(reply.headers.get('content-security-policy') ?? '', /script-src 'self';.*img-src 'self';/);
  }
});
