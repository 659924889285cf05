import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderMail } from '../../../api/domain/mail/layout.ts';
import { sendPending } from '../../../api/domain/mail/outbox.ts';
import { contrast, parseColor } from '../../../api/rules/contrast.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;
const inbox = api.sandbox.mail;

const brand = {
  companyName: 'Northwind Voice',
  logoUrl: 'https://northwind.test/logo.png',
  primaryColor: '#facc15',
  accentColor: null,
  supportEmail: 'help@northwind.test',
  helpUrl: null,
  termsUrl: null,
  privacyUrl: null,
};
const receipt = {
  brand,
  firstName: 'Ada',
  purchaseId: 'pur_1',
  receiptNumber: '000001',
  sold: { name: '100 credits' },
  credits: 1_234_567,
  priceCents: 123_456,
  currency: 'GBP',
  orderedAt: new Date('2026-03-01T12:00:00Z'),
  paidAt: new Date('2026-03-04T23:30:00Z'),
  isOrder: false,
  isTest: false,
} as const;

test('mails X2: a receipt names item, price and time, in HTML and in plain text', () => {
  const { subject, html, text } = renderMail('receipt', receipt);
  assert.equal(subject, 'Your receipt from Northwind Voice');
  for (const words of [
    'Hello Ada',
    '100 credits',
    '1,234.567',
    '£1,234.56',
    'March 1, 2026',
    'March 4, 2026',
    'pur_1',
    'help@northwind.test',
  ]) {
    assert.ok(html.includes(words), words);
    assert.ok(text.includes(words), words);
  }
  assert.match(renderMail('receipt', { ...receipt, isTest: true }).text, /test purchase: no money moved/);
  const order = renderMail('receipt', { ...receipt, sold: { name: '+49 30 123456' }, isOrder: true }).text;
  assert.match(order, /Thank you for your order/);
  assert.doesNotMatch(order, /credits/i, 'nothing of it is left in the account');
});

test('mails X2: one credit is one credit', () => {
  assert.match(renderMail('receipt', { ...receipt, credits: 1000 }).html, />1 credit for £/);
});

test('mails H9 X2: only the logo is loaded, nothing runs, and the platform is not named', () => {
  for (const { html, text } of [
    renderMail('receipt', receipt),
    renderMail('verification', { brand, firstName: 'Ada', freeMillis: 0, link: 'https://a.test/#x' }),
  ]) {
    const loaded = [...html.matchAll(/(?:src|background)="([^"]*)"|url\(([^)]*)\)/g)].map(([, src, url]) => src ?? url);
    assert.deepEqual(loaded, [brand.logoUrl]);
    assert.doesNotMatch(html, /<script|<link|@import|livery/i);
    assert.doesNotMatch(text, /livery/i);
  }
});

test("mails X2: the button's text is readable on any brand color, in light and dark inboxes", () => {
  for (const primaryColor of ['#000000', '#ffffff', '#facc15', '#3b82f6', '#ff0000', '#22c55e', '#777777', '#123456']) {
    const { html } = renderMail('reset', {
      brand: { ...brand, primaryColor },
      firstName: 'Ada',
      link: 'https://a.test/#x',
      isFirst: false,
    });
    const [, fill = ''] = /bgcolor="(#\w{6})"/.exec(html) ?? [];
    const [, onFill = ''] = /color:(#\w{6});font-weight:600;text-decoration/.exec(html) ?? [];
    assert.ok(contrast(parseColor(fill), parseColor(onFill)) >= 4.5, `${primaryColor}: ${onFill} on ${fill}`);
    const [, onLight = ''] = /class="link"[^>]*style="color:(#\w{6})/.exec(html) ?? [];
    const [, onDark = ''] = /\.link \{ color: (#\w{6})/.exec(html) ?? [];
    assert.ok(contrast(parseColor(onLight), parseColor('#ffffff')) >= 4.5, primaryColor);
    assert.ok(contrast(parseColor(onDark), parseColor('#1c1f26')) >= 4.5, primaryColor);
  }
});

test('mails X2: names are text, never markup', () => {
  const hostile = { ...brand, companyName: `<img src=x onerror=alert(1)> & "Co"`, logoUrl: null, supportEmail: `"'><b>@x.test` };
  const receiptOf = renderMail('receipt', { ...receipt, brand: hostile, sold: { name: '<script>alert(1)' } });
  const link = 'https://a.test/?a=1&b="2"#x';
  const html = receiptOf.html + renderMail('verification', { brand: hostile, firstName: "D'Arcy", freeMillis: 0, link }).html;
  assert.doesNotMatch(html, /<script>|<img src=x|<b>/);
  assert.ok(html.includes('&lt;script&gt;alert(1)'));
  assert.ok(html.includes('href="https://a.test/?a=1&amp;b=&quot;2&quot;#x"'));
});

const greeted = (firstName: string | null) => {
  const { text, html } = renderMail('verification', { brand, firstName, freeMillis: 0, link: 'https://a.test/#x' });
  return { greeting: text.split('\n')[0] ?? '', all: `${text}${html}` };
};

test('accounts.signUp X2 SX23: a mail greets only by a name, and no chosen name becomes a message', () => {
  const messages = [
    'Claim your prize: https://evil.test/win',
    'www.evil.test',
    'evil.test',
    'evil．test',
    'evil。com',
    'evil｡com',
    'evil․com',
    'evilꓸcom',
    'evil·com',
    'now@evil.test',
    'now＠evil',
    '//evil',
    'Your account was hacked! Call +1 900 555 0100',
    'call 0900',
    'call ٠٩٠٠',
    'Call Ⅸ Ⅸ',
    'first\nsecond',
    'an\u2028other',
    'a\u202eb',
    'a\u200bb',
    'Very long'.repeat(5),
    ' ',
    '-',
  ];
  for (const name of messages) {
    const { greeting, all } = greeted(name);
    assert.equal(greeting, 'Hello,', name);
    if (/\S{2}/.test(name)) assert.ok(!all.includes(name), name);
  }
  for (const name of [
    'Ada',
    'Anne-Marie O’Neil',
    "D'Arcy",
    'Ø',
    'Łukasz',
    '愛',
    '佐々木',
    'サリー',
    'अनिता',
    'ʻAulani',
    'José',
    'عائشة',
    'x'.repeat(40),
  ]) {
    assert.equal(greeted(name).greeting, `Hello ${name},`);
  }
  assert.equal(greeted(null).greeting, 'Hello,');
  const allowed = /^Hello,$|^Hello [\p{L}\p{M}'’ -]{1,40},$/u;
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => allowed.test(greeted(name).greeting)));
});

test('accounts.signUp SX23: an unconfirmed address is greeted by no name, in no mail', async () => {
  const page = await shop.signUp();
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const mails = [
    await inbox.waitForMail(page.email, ({ text }) => text.includes('#wl-verify=')),
    await inbox.waitForMail(page.email, ({ text }) => text.includes('#wl-reset=')),
  ];
  for (const { text, html, subject } of mails) {
    assert.match(text, /^Hello,\n/);
    for (const part of [text, html, subject]) assert.ok(!part.includes('Robin') && !part.includes('Meyer'));
  }
  const token = mails[0]?.text.match(/#wl-verify=([\w.-]+)/)?.[1] ?? '';
  await page.call('accounts.verifyEmail', { token });
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  await inbox.waitForMail(page.email, ({ text }) => text.startsWith('Hello Robin,\n'));
});

test('accounts.signUp X2: the confirmation comes from the agency, and its link confirms', async () => {
  const page = await shop.signUp();
  const mail = await inbox.waitForMail(page.email);
  assert.match(mail.subject, /^Confirm your e-mail address for Agency agency-/);
  assert.match(mail.from, /Agency agency-\d+.*<no-reply@mail\.test>/);
  assert.match(mail.text, /It brings you 10 free credits\./);
  const link = mail.links.find((one) => one.includes('#wl-verify=')) ?? '';
  assert.ok(link.startsWith(page.returnUrl), link);
  const { grantedMillis } = await page.call('accounts.verifyEmail', { token: link.split('#wl-verify=')[1] ?? '' });
  assert.equal(grantedMillis, 10_000);
});

test('webhooks.stripe X2: a paid purchase sends one receipt, however often it is reported', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  await Promise.all([shop.deliver(order.sessionId, 'completed', 5), shop.state(page, order)]);
  const mail = await inbox.waitForMail(page.email, ({ subject }) => subject.includes('receipt'));
  assert.match(mail.text, /Paid: €40\.00/);
  assert.equal(mail.subject, `[Test] Your receipt from Agency ${shop.agency.slug}`);
  await sendPending({ ...api.deps, link: async () => '' });
  assert.equal(inbox.list(page.email).filter(({ subject }) => subject.includes('receipt')).length, 1);
});
