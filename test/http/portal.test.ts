import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

const api = await startApi();
const { createAgency, url, platform } = api;
const open = async (path: string) => {
  const reply = await fetch(url + path, { redirect: 'manual' });
  return { status: reply.status, headers: reply.headers, html: await reply.text() };
};
const brand = { companyName: 'Breeze & "Sons"', primaryColor: '#0c5b50', logoUrl: 'https://cdn.example.test/a/logo.svg' };

test("portal.page E13 E8: the page has the agency's name, logo, colors and title, and its widgets and key", async () => {
  const agency = await createAgency();
  await agency.live.call('agency.update', { brand: { ...brand, termsUrl: 'https://breeze.test/terms', supportEmail: 'help@breeze.test' } });
  const { status, headers, html } = await open(`/p/${agency.slug}?utm_source=mail`);
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^text\/html/);
  for (const part of [
    '<title>Breeze &amp; &quot;Sons&quot;</title>',
    '<img src="https://cdn.example.test/a/logo.svg"',
    'fill="#0c5b50"',
    `data-key="${agency.keys.test.publishable}"`,
    '<a href="https://breeze.test/terms">',
    '<a href="mailto:help@breeze.test">',
    '<wl-signup>',
    '<wl-buy-credits>',
    '<wl-statement>',
    'Test mode',
  ])
    assert.ok(html.includes(part), part);
  assert.doesNotMatch(html + JSON.stringify([...headers]), /livery|wls_|wlk_/i);
});

test('portal.page E8 L11: plans, numbers and knowledge stand on it as soon as the agency sells them', async () => {
  const agency = await createAgency();
  const sells = async () => {
    const { html } = await open(`/p/${agency.slug}`);
    return ['wl-plans', 'wl-number-purchase', 'wl-knowledge-upload'].map((tag) => html.includes(`<${tag}>`));
  };
  assert.deepEqual(await sells(), [false, false, false]);
  await agency.connectVoice(api.sandbox);
  assert.deepEqual(await sells(), [false, false, true]);
  const { sid: accountSid, authToken } = api.sandbox.twilio.createAccount('Breeze');
  await agency.call('integrations.connectTelephony', { accountSid, authToken });
  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', { plans: [{ ...plan, name: 'Pro', priceMillis: 5000 }] });
  assert.deepEqual(await sells(), [true, true, true]);
});

test('portal.page E13: it takes real money, and says nothing of a test, once live payments are set up', async () => {
  const agency = await createAgency();
  agency.mode = 'live';
  await agency.connectStripe(api.sandbox, undefined);
  const { html } = await open(`/p/${agency.slug}`);
  assert.ok(html.includes(agency.keys.live.publishable));
  assert.doesNotMatch(html, /wlp_test_|Test mode|noindex/);
  const { key } = await agency.call('keys.rotate', { kind: 'publishable', overlapSeconds: 60 });
  assert.ok((await open(`/p/${agency.slug}`)).html.includes(key), 'the newest key');
});

test('portal.page E13: an unknown slug is a 404 that names nobody, and a former slug leads to the present one', async () => {
  const agency = await createAgency();
  const unknown = await open('/p/nobody-here');
  assert.equal(unknown.status, 404);
  assert.match(unknown.html, /Page not found/);
  assert.doesNotMatch(unknown.html, /livery|<script/i);
  const slug = `renamed-${agency.slug}`;
  await agency.live.call('agency.update', { slug });
  for (const path of [`/p/${agency.slug}`, `/p/${slug}/`, `/P/${slug}`]) {
    const moved = await open(`${path}?from=mail`);
    assert.deepEqual(
      { status: moved.status, location: moved.headers.get('location') },
      { status: 308, location: `/p/${slug}?from=mail` },
      path,
    );
  }
});

test('portal.page E13: a closed portal shows its notice, a suspended agency that nothing works, both no widgets', async () => {
  const agency = await createAgency();
  await agency.live.call('agency.update', { brand });
  await agency.call('agency.update', { portal: { active: false, notice: 'Back on <Monday>.' } });
  const closed = await open(`/p/${agency.slug}`);
  assert.equal(closed.status, 403);
  assert.match(closed.html, /Back on &lt;Monday&gt;\./);
  assert.match(closed.html, /Breeze &amp;/);
  await agency.call('agency.update', { portal: { active: true, notice: null } });
  await platform('agencies.suspend', { agencyId: agency.id, reason: 'Unpaid fees' });
  const suspended = await open(`/p/${agency.slug}`);
  assert.equal(suspended.status, 403);
  assert.match(suspended.html, /This service is not available at the moment\./);
  for (const { html } of [closed, suspended]) assert.doesNotMatch(html, /<script|wl-|Unpaid/);
});

test('portal.page A29: nothing frames it, nothing inline runs in it, and only the logo comes from elsewhere', async () => {
  const agency = await createAgency();
  await agency.live.call('agency.update', { brand });
  const closed = await createAgency();
  await closed.call('agency.update', { portal: { active: false, notice: null } });
  for (const path of [`/p/${agency.slug}`, `/p/${closed.slug}`, '/p/nobody-here']) {
    const { headers, html } = await open(path);
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((part) => part.split(/ (.*)/s, 2) as [string, string]),
    );
    assert.equal(policy.get('frame-ancestors'), "'none'", path);
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(policy.get('default-src'), "'none'");
    for (const part of ['script-src', 'style-src', 'connect-src']) assert.equal(policy.get(part), "'self'", part);
    assert.equal(policy.get('img-src'), path.endsWith(agency.slug) ? "'self' https://cdn.example.test" : "'self'");
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/i);
  }
});

test("brand.read A29 T6: our own host is a page for an agency's publishable key, and opens nothing else", async () => {
  const agency = await createAgency({ origins: [] });
  const key = `?key=${agency.keys.live.publishable}`;
  const ask = async (path: string, sent: Parameters<typeof call>[1]) => {
    const { status, body } = await call<ErrorBody>(`${url}/v1/${path}`, { method: 'GET', ...sent });
    return [status, body.error?.code];
  };
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };
  assert.deepEqual(await ask(`brand.read${key}`, { origin: url }), [200, undefined]);
  assert.deepEqual(await ask(`brand.read${key}`, { headers: sameOrigin }), [200, undefined], 'a GET to the own host has no Origin');

  const refused = [403, 'origin.refused'];
  const { hostname, port } = new URL(url);
  for (const origin of ['null', `https://${hostname}:${port}`, `http://${hostname}:${Number(port) + 1}`, `http://x.${hostname}:${port}`])
    assert.deepEqual(await ask(`brand.read${key}`, { origin, headers: sameOrigin }), refused, origin);
  for (const site of ['same-site', 'cross-site', 'none'])
    assert.deepEqual(await ask(`brand.read${key}`, { headers: { 'sec-fetch-site': site } }), refused, site);
  assert.deepEqual(await ask('brand.read?key=wlp_live_nobody', { origin: url }), refused);

  const body = {};
  assert.deepEqual(await ask(`credits.balance${key}`, { origin: url }), [401, 'session.missing'], "a client's things need its token");
  for (const secret of [agency.keys.live.secret, api.platformKey])
    for (const name of ['agency.update', 'agencies.suspend', 'credits.allocate'])
      assert.deepEqual(await ask(name, { origin: url, key: secret, method: 'POST', body }), [403, 'key.in_browser'], name);
});

test("credits.checkout A29: mails and payments lead back to the agency's own hosted page, and to nobody else's", async () => {
  const agency = await createAgency();
  agency.mode = 'live';
  await agency.connectStripe(api.sandbox, undefined);
  const other = await createAgency();
  const page = await agency.openPage();
  page.origin = url;
  await page.signUp({ returnUrl: `${url}/p/${agency.slug}` });
  const { text } = await api.sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  assert.ok(text.includes(`${url}/p/${agency.slug}#wl-verify=`));
  const [offer] = (await page.call('credits.packages', {})).packages;
  const buy = (returnUrl: string) => page.try('credits.checkout', { packageId: offer?.id ?? '', returnUrl });
  assert.equal((await buy(`${url}/p/${agency.slug}`)).status, 200);
  for (const path of [
    `/p/${other.slug}`,
    '/',
    '/embed/v1/wl.js',
    `/p/${agency.slug}/more`,
    `/p/${agency.slug}%2f`,
    `//evil.test/p/${agency.slug}`,
  ]) {
    const { status, body } = await buy(url + path);
    assert.deepEqual({ status, code: (body as unknown as ErrorBody).error?.code }, { status: 422, code: 'return_url.refused' }, path);
  }
  await agency.call('agency.update', { slug: `moved-${agency.slug}` });
  assert.equal((await buy(`${url}/p/${agency.slug}`)).status, 200, 'a page that was opened before the slug changed');
});
