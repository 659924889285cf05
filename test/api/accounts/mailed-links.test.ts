import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { mailedPage } from '../../../api/rules/mailed-page.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';

/** The real limits behind one trusted proxy, which names the caller. */
const api = await startApi({ limitFactor: 1, trustedProxies: 1 });
const { createAgency, sandbox, url } = api;
let hosts = 0;
/** Returns an address that nobody has used before. */
const fresh = () => {
  hosts += 1;
  return { 'x-forwarded-for': `192.0.2.${hosts}` };
};

async function person(agency: Agency, origin = agency.origin): Promise<Page> {
  const page = await agency.openPage();
  page.origin = origin;
  const form = page.form();
  await page.call('accounts.signUp', form, fresh());
  page.email = form.email;
  return page;
}

const ask = (page: Page, returnUrl: string, from = fresh()) => page.try('accounts.requestReset', { email: page.email, returnUrl }, from);

/** Returns the link and the text of a mail that a stranger causes to a person. */
async function mailedBy(agency: Agency, returnUrl: string, to?: Page) {
  const page = to ?? (await person(agency, 'https://exact.test'));
  assert.equal((await ask(page, returnUrl)).status, 200, returnUrl);
  const { links, text, html } = await sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-reset='));
  const link = links.find((one) => one.includes('#wl-reset=')) ?? assert.fail(text);
  return { page: link.split('#')[0], says: text + html };
}

test('accounts.requestReset SX9: whatever a stranger asks for, the owner gets a link to the page with the widget', async () => {
  const agency = await createAgency({ stripe: false });
  const victim = await person(agency);
  const stranger = fresh();
  for (let request = 1; request <= 5; request += 1)
    assert.equal((await ask(victim, `${agency.origin}/no-such-page`, stranger)).status, 200);
  assert.equal((await ask(victim, `${agency.origin}/no-such-page`, stranger)).status, 429, 'one stranger is stopped');
  assert.equal((await ask(victim, victim.returnUrl)).status, 200, 'and the person is not');
  await sandbox.mail.waitForMail(victim.email, ({ text }) => text.includes(`${victim.returnUrl}#wl-reset=`));
});

test("accounts.requestReset SX23: no stranger's text gets into an agency's mail through its return page", async () => {
  const agency = await createAgency({ stripe: false, origins: ['https://exact.test', 'https://*.wide.test'] });
  const hosted = `${url}/p/${agency.slug}`;
  const told = [
    'https://exact.test/account/YOUR-ACCOUNT-WAS-HACKED--Call-+1-900-555-0199-now?x=Pay%20now&to=https://evil.example/login',
    'https://exact.test/call/1-900/555-0199',
    'https://exact.test/your-account-was-hacked-call-us-today',
    'https://hacked-call-1-900-555-0199.wide.test/account',
  ];
  for (const wanted of told) {
    const { page, says } = await mailedBy(agency, wanted);
    assert.equal(page, hosted, wanted);
    assert.doesNotMatch(says, /hacked|900|evil|Pay/i, wanted);
  }
  const kept = [
    ['https://exact.test/konto/übersicht?to=https://evil.example&page_id=12', 'https://exact.test/konto/%C3%BCbersicht?page_id=12'],
    ['https://anne.wide.test/de/account.html?utm_source=call-me', 'https://anne.wide.test/de/account.html'],
    [`https://exact.test/?wl-key=${agency.keys.test.publishable}`, `https://exact.test/?wl-key=${agency.keys.test.publishable}`],
    ['https://exact.test/account?wl-key=wlp_test_YOU-WERE-HACKED', 'https://exact.test/account'],
    [`${hosted}?to=evil`, hosted],
  ];
  for (const [wanted = '', page] of kept) assert.equal((await mailedBy(agency, wanted)).page, page, wanted);
  const [one, other] = [await person(agency, 'https://exact.test'), await person(agency, 'https://exact.test')];
  await agency.call('agency.update', { portal: { active: false } });
  assert.equal((await mailedBy(agency, told[0] ?? '', one)).page, 'https://exact.test/', 'where no hosted page is open, the front page');
  assert.equal((await mailedBy(agency, told[3] ?? '', other)).page, 'https://wide.test/', 'of a site that the agency named');
});

test('accounts.signUp SX23: a confirmation caused by a stranger says nothing else', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const form = page.form({ returnUrl: `${agency.origin}/YOU-WON/call-1-900-555-0199?to=evil.example` });
  await page.call('accounts.signUp', form, fresh());
  const { text, html } = await sandbox.mail.waitForMail(form.email);
  assert.match(text, /#wl-verify=/);
  assert.doesNotMatch(text + html, /YOU-WON|900|evil/);
});

test('accounts.requestReset SX23: only the usual names of this machine count, not other spellings of its number', async () => {
  const page = await person(await createAgency({ stripe: false }));
  for (const host of [
    '2130706433:9',
    '0x7f000001',
    '127.1',
    '0177.0.0.1',
    '[::ffff:127.0.0.1]',
    '127.0.0.1.',
    'localhost.evil.test',
    '127.0.0.1@evil.test',
  ])
    assert.equal(codeOf(await ask(page, `http://${host}/account`)), 'return_url.refused', host);
  for (const host of ['localhost:5173', 'LOCALHOST', '127.0.0.1:80', '[::1]:8080'])
    assert.equal((await ask(page, `http://${host}/account?x=1`)).status, 200, host);
});

test('accounts.requestReset SX23: ordinary page names of agencies stay as they are', () => {
  const honest = [
    '/',
    '/account',
    '/account/',
    '/Account.aspx',
    '/de-DE/konto/%C3%BCbersicht',
    '/app/v2/my-account/sign-in.html',
    '/index.php/account?lang=de',
    '/?page_id=2024',
    '/%E3%82%A2%E3%82%AB%E3%82%A6%E3%83%B3%E3%83%88',
    '/members_area/2026',
  ];
  for (const path of honest) assert.equal(mailedPage(new URL(`https://a.test${path}`))?.href, `https://a.test${path}`);
  const odd = [
    '/call-1-900-555-0199',
    '/HACKED',
    '/evil.com/account',
    '/evil%E3%80%82com',
    '/a//b',
    '/pay%20now',
    '/%FF',
    '/@evil',
    '/to:evil',
    '/one-two/three-four/five-six/seven',
    '/a--b',
    `/${'x'.repeat(25)}`,
    '/1234?page_id=567',
  ];
  for (const path of odd) assert.equal(mailedPage(new URL(`https://a.test${path}`)), undefined, path);
});

test('accounts.requestReset SX23: of any page name a mail shows a few words and no phone number', () => {
  const plain = /^https:\/\/a\.test\/(?:(?:[\p{L}\p{M}\d_-]+(?:\.[a-z]{3,4})?)?(?:\/|$))*(?:\?[a-z_=&\d-]*)?$/iu;
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('/', '-', '.', '%', '?', '=', '&', '900', 'HACKED', 'a'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const page = mailedPage(new URL(`/${parts.join('')}`.replaceAll(/^\/+/g, '/'), 'https://a.test'));
      if (!page) return;
      assert.match(decodeURIComponent(page.href), plain);
      assert.ok((page.href.replace(/%\w\w/g, '').match(/\d/g) ?? []).length <= 6, page.href);
      assert.doesNotMatch(page.href, /HACKED/);
    }),
  );
});
