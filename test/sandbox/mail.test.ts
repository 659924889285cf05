import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { openSandbox } from './open.ts';

const confirmation = {
  from: { name: 'Northwind Voice', address: 'hello@northwind.test' },
  to: 'Ada@client.test',
  subject: 'Bitte bestätigen ✓',
  text: 'Confirm: http://shop.test/account?a=1&b=2#wl-verify=abc',
  html: '<p>Hello <a href="http://shop.test/account?a=1&amp;b=2#wl-verify=abc">confirm</a></p><script>alert(1)</script>',
};

test('sandbox mail V4: a mail sent by nodemailer is in the inbox, decoded, with its links', async (t) => {
  const { sandbox } = await openSandbox(t);
  const transport = createTransport(sandbox.smtpUrl);
  const arriving = sandbox.mail.waitForMail('ada@client.test', ({ subject }) => subject.startsWith('Bitte'));
  await transport.sendMail({ ...confirmation, subject: 'Another' });
  await transport.sendMail(confirmation);
  const mail = await arriving;
  assert.equal(mail.subject, 'Bitte bestätigen ✓');
  assert.equal(mail.from, 'Northwind Voice <hello@northwind.test>');
  assert.deepEqual(mail.to, ['ada@client.test']);
  assert.deepEqual(mail.links, ['http://shop.test/account?a=1&b=2#wl-verify=abc']);
  const { messages } = (await (await fetch(`${sandbox.url}/mail/messages?to=ada@client.test`)).json()) as {
    messages: { subject: string }[];
  };
  assert.deepEqual(
    messages.map(({ subject }) => subject),
    ['Bitte bestätigen ✓', 'Another'],
  );
  assert.deepEqual(await (await fetch(`${sandbox.url}/mail/messages/${mail.id}`)).json(), mail);
  assert.deepEqual(await (await fetch(`${sandbox.url}/mail/messages?to=nobody@client.test`)).json(), { messages: [] });
});

test('sandbox mail V4: a mail is shown as designed, and its scripts do not run', async (t) => {
  const { sandbox } = await openSandbox(t);
  await createTransport(sandbox.smtpUrl).sendMail({ ...confirmation, subject: '<b>bold</b>' });
  const mail = await sandbox.mail.waitForMail('ada@client.test');
  const body = await fetch(`${sandbox.url}/mail/messages/${mail.id}/body`);
  const policy = body.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /sandbox /);
  assert.doesNotMatch(policy, /script/);
  assert.match(await body.text(), /<base target="_blank">/);
  const page = await (await fetch(`${sandbox.url}/mail/${mail.id}`)).text();
  assert.match(page, /&lt;b&gt;bold&lt;\/b&gt;/);
  assert.match(page, /sandbox="allow-same-origin allow-popups/);
});

test('sandbox mail V4: an open inbox shows a new mail at once', async (t) => {
  const { sandbox } = await openSandbox(t);
  const { body } = await fetch(`${sandbox.url}/mail/arrivals`);
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  await createTransport(sandbox.smtpUrl).sendMail(confirmation);
  const { value } = await reader.read();
  const mail = await sandbox.mail.waitForMail('ada@client.test');
  assert.equal(value, `data: ${mail.id}\n\n`);
});
