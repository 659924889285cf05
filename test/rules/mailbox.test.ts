import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formerMailboxOf, mailboxOf, spellingsOf } from '../../api/rules/mailbox.ts';

test("the mailbox F27 SX22: everything after a + is dropped everywhere, and the rest follows the provider's rules", () => {
  for (const [one, other] of [
    ['A.b+c@Gmail.com', 'ab@gmail.com'],
    ['ab@googlemail.com', 'ab@gmail.com'],
    ['x+y@me.com', 'x@icloud.com'],
    ['x-y@yahoo.com', 'x@yahoo.com'],
    ['x-y@yahoo.co.jp', 'x@yahoo.co.jp'],
    ['x+y@outlook.de', 'x@outlook.de'],
    ['x+y@hotmail.co.uk', 'x@hotmail.co.uk'],
    ['x+y@zoho.eu', 'x@zoho.eu'],
    ['a+b@example.com', 'a@example.com'],
    ['a+b+c@gmx.de', 'a@gmx.de'],
    ['a.b-c_d+e@pm.me', 'abcd@proton.me'],
    ['x@ya.ru', 'x@yandex.com.tr'],
    ['ivan.ivanov@yandex.ru', 'ivan-ivanov@ya.ru'],
    ['shop@alice.fastmail.com', 'alice@fastmail.com'],
    ['shop+x@alice.fastmail.co.uk', 'alice+y@fastmail.co.uk'],
    ['git@joe-citizen.warpmail.net', 'joe_citizen@warpmail.net'],
    ['x@joe.runbox.com', 'joe@runbox.no'],
    ['x@joe.anonaddy.com', 'y@joe.anonaddy.me'],
  ] as const) {
    assert.equal(mailboxOf(one), mailboxOf(other), one);
  }
  for (const [one, other] of [
    ['a.b@example.com', 'ab@example.com'],
    ['a-b@example.com', 'a@example.com'],
    ['+a@example.com', '+b@example.com'],
    ['-a@yahoo.com', '-b@yahoo.com'],
    ['x-y@notyahoo.com', 'x@notyahoo.com'],
    ['x@yahoo.com', 'x@yahoo.de'],
    ['x@outlook.com', 'x@hotmail.com'],
    ['a.b@outlook.com', 'ab@outlook.com'],
    ['x@alice.fastmail.com', 'x@fastmail.com'],
    ['x@alice.fastmail.com', 'alice@sent.com'],
    ['x@alice.notfastmail.com', 'alice@notfastmail.com'],
    ['x@mail.example.com', 'mail@example.com'],
    ['a.b@ivan.yandex.ru', 'a.b@yandex.ru'],
  ] as const) {
    assert.notEqual(mailboxOf(one), mailboxOf(other), one);
  }
});

/** Hosts of one provider each, of which a name is read as the provider reads it. */
const fastmail = `fastmail.com fastmail.fm fastmail.co.uk 123mail.org airpost.net cluemail.com eml.cc f-m.fm fastem.com fastemail.us
  fastemailer.com fastest.cc fastimap.com fastmailbox.net fastmessaging.com fea.st fmail.co.uk fmailbox.com fmgirl.com fmguy.com ftml.net
  imap.cc imapmail.org letterboxes.org mailbolt.com mailcan.com mailhaven.com mailmight.com ml1.net mm.st myfastmail.com nospammail.net
  ownmail.net postinbox.com proinbox.com promessage.com realemail.net reallyfast.biz reallyfast.info rushpost.com sent.as sent.at sent.com
  speedymail.org ssl-mail.com swift-mail.com the-fastest.net veryfast.biz warpmail.net xsmail.com yepmail.net`.split(/\s+/);

test('the mailbox SX22: at each host of Fastmail a subdomain is a name, and an underscore in it a hyphen', () => {
  for (const host of fastmail) {
    assert.equal(mailboxOf(`x@joe_s.${host}`), `joe-s@${host}`);
    assert.equal(mailboxOf(`a_b+c@${host}`), `a-b@${host}`);
    assert.equal(mailboxOf(`x@joe.not${host}`), `x@joe.not${host}`);
    assert.equal(mailboxOf(`a_b@${host}-x`), `a_b@${host}-x`);
  }
});

test('the mailbox SX22: providers with several hosts have one mailbox for them, and others keep theirs', () => {
  const names: [main: string, hosts: string][] = [
    ['ab@gmail.com', 'gmail.com googlemail.com'],
    ['ab@proton.me', 'proton.me protonmail.com protonmail.ch pm.me'],
    ['ab@icloud.com', 'icloud.com me.com mac.com'],
    ['ab@yandex.ru', 'yandex.ru yandex.com yandex.com.tr ya.ru'],
    ['ab@runbox.com', 'runbox.com runbox.no runbox.eu.com'],
    ['ab@anonaddy.com', 'anonaddy.com anonaddy.me'],
  ];
  for (const [main, hosts] of names) {
    for (const host of hosts.split(' ')) {
      assert.equal(mailboxOf(`ab@${host}`), main);
      assert.equal(mailboxOf(`ab@x${host}`), `ab@x${host}`);
      assert.equal(mailboxOf(`ab@${host}-x`), `ab@${host}-x`);
    }
  }
  for (const host of ['yahoo.com', 'yahoo.co.jp', 'ymail.com', 'rocketmail.com', 'myyahoo.com']) {
    assert.equal(mailboxOf(`ab-c+d@${host}`), `ab@${host}`);
    assert.equal(mailboxOf(`ab-c@x${host}`), `ab-c@x${host}`);
    assert.equal(mailboxOf(`ab-c@${host}-x`), `ab-c@${host}-x`);
  }
});

test('the mailbox SX22: what a provider ignores within a name is left out wherever it stands there', () => {
  assert.equal(mailboxOf('.a.b.c.@gmail.com'), 'abc@gmail.com');
  assert.equal(mailboxOf('a.b-c_d@proton.me'), 'abcd@proton.me');
  assert.equal(mailboxOf('a.b.c@ya.ru'), 'a-b-c@yandex.ru');
  assert.equal(mailboxOf('a_b_c@fastmail.com'), 'a-b-c@fastmail.com');
  assert.equal(mailboxOf('a-b_c@gmail.com'), 'a-b_c@gmail.com');
  assert.equal(mailboxOf('...@gmail.com'), '...@gmail.com', 'a name of dots alone stays one');
  assert.equal(mailboxOf('a.b@c.yandex.ru'), 'a.b@c.yandex.ru');
  assert.equal(mailboxOf('x@a.b.fastmail.com'), 'a.b@fastmail.com');
  assert.equal(mailboxOf(' A@B@Example.COM '), 'a@b@example.com', 'the last @ is the one before the host');
});

const email = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'aB.+-_'), minLength: 1, maxLength: 8 }),
    fc.constantFrom('gmail.com', 'yahoo.de', 'a.fastmail.fm', 'ya.ru', 'x.test'),
  )
  .map((parts) => parts.join('@'));

test('the mailbox SX22: its name has the same name, and begins like each of its spellings', () => {
  fc.assert(fc.property(email, (one) => assert.equal(mailboxOf(mailboxOf(one)), mailboxOf(one))));
  assert.deepEqual(spellingsOf('A.b+c@Gmail.com'), ['ab+', 'ab-']);
});

test('the mailbox SX22: what it was called formerly stays, because claims are kept under it', () => {
  const former: [string, string][] = [
    [' A.b+c@GoogleMail.com', 'ab@gmail.com'],
    ['a.b@gmail.com', 'ab@gmail.com'],
    ...['outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'fastmail.com', 'fastmail.fm'].map((host): [string, string] => [
      `a.b-c+d@${host}`,
      `a.b-c@${host}`,
    ]),
    ...['icloud.com', 'me.com', 'mac.com'].map((host): [string, string] => [`a.b-c+d@${host}`, 'a.b-c@icloud.com']),
    ...['proton.me', 'protonmail.com', 'pm.me'].map((host): [string, string] => [`a.b-c+d@${host}`, 'ab-c@proton.me']),
    ...['yahoo.com', 'ymail.com', 'rocketmail.com'].map((host): [string, string] => [`a.b+c-d-e@${host}`, `a.b+c@${host}`]),
    ['a.b+c-d@outlook.de', 'a.b+c-d@outlook.de'],
    ['+a@outlook.com', '@outlook.com'],
  ];
  for (const [one, name] of former) assert.equal(formerMailboxOf(one), name, one);
});
