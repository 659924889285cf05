import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mailedPage } from '../../api/rules/mailed-page.ts';

const page = (path: string, subdomain?: string) => mailedPage(new URL(path, 'https://a.test'), subdomain)?.href;

test('accounts.requestReset: a mail links to a page by plain words and a few digits', () => {
  const plain = [
    '/',
    '/account',
    '/account/',
    '/my-account/log_in',
    '/v2/account.html',
    '/a.php',
    '/a.htm',
    '/a.asp',
    '/a.aspx',
    '/a.jsp',
    '/2024/a-1',
  ];
  for (const path of [
    ...plain,
    '/größe',
    '/de-DE/konto',
    '/a/b/c/d/e/f',
    `/${'a'.repeat(24)}`,
    `/${'a'.repeat(24)}1`,
    `/${'a'.repeat(24)}/`,
    `/${'a'.repeat(24)}.html`,
  ]) {
    assert.equal(page(path), new URL(path, 'https://a.test').href, path);
  }
  const telling = [
    '/a/b/c/d/e/f/g',
    '/a-b-c-d-e-f-g',
    `/${'a'.repeat(25)}`,
    '/evil.example',
    '/a.htmlb',
    '/a--b',
    '/-a',
    '/a.html.b',
    '/htmlx.x',
    '/a%20b',
    "/it's",
    '/it%E2%80%99s',
    '/CALL',
    '/a//b',
    '//a.test//b',
    '//a.test//b/c',
    '/1234567',
    '/123/4567',
    '/%zz',
    '/a+b',
    '/1a',
    '/a1b',
    '/%F0%9F%98%80',
  ];
  for (const path of telling) assert.equal(page(path), undefined, path);
  assert.equal(page('/ABC/123456'), 'https://a.test/ABC/123456', 'three capitals are a country or a language');
});

test('accounts.requestReset: of what is asked for, two numbers or languages are left, and what follows a # is not', () => {
  assert.equal(page('/a?page_id=12&lang=de-DE&p=3#x'), 'https://a.test/a?page_id=12&lang=de-DE');
  assert.equal(page('/?p=123456'), 'https://a.test/?p=123456');
  assert.equal(page('/?call=now&id=7&say=hello&lang=de&x=1'), 'https://a.test/?id=7&lang=de');
  for (const query of [
    'id=1234567',
    'id=',
    '1=1',
    'id=a',
    'lang=deu',
    'lang=de-DEU',
    'lang=DE',
    'lang=de-D',
    'page-id=1',
    'a_ids=1',
    'x_id_id=1',
    'ID=1',
    'abcdefghijklm=1',
    'id=1x',
    'xid=x1',
  ])
    assert.equal(page(`/a?${query}`), 'https://a.test/a', query);
  assert.equal(page('/a?abcdefghijkl=1'), 'https://a.test/a?abcdefghijkl=1');
  assert.equal(page('/12345?p=6'), 'https://a.test/12345?p=6');
  assert.equal(page('/12345?p=67'), undefined, 'seven digits would be a number to call');
});

test('accounts.requestReset: what somebody chose in front of the host is read like the page', () => {
  assert.equal(page('/a', 'shop'), 'https://a.test/a');
  assert.equal(page('/a', 'shop.de-1'), 'https://a.test/a');
  for (const subdomain of ['call-me-now-or-you-die', 'paypal1234567', 'a!b']) assert.equal(page('/a', subdomain), undefined, subdomain);
  assert.equal(page('/a-b', 'a.b.c.d'), 'https://a.test/a-b');
  assert.equal(page('/a-b-c', 'a.b.c.d'), undefined, 'more than six words in both');
  assert.equal(page('/123', '1234'), undefined, 'more than six digits in both');
});

test('accounts.requestReset: no page of a mail has more than six digits, or an origin of its own', () => {
  const path = fc.string({ unit: fc.constantFrom(...'aB1/-._%?=&:@\\'), maxLength: 16 }).map((text) => `/${text}`);
  fc.assert(
    fc.property(path, (text) => {
      if (!URL.canParse(text, 'https://a.test')) return;
      const url = new URL(text, 'https://a.test');
      const mailed = mailedPage(url);
      if (!mailed) return;
      assert.equal(mailed.origin, url.origin);
      assert.ok((mailed.pathname + mailed.search).replace(/\D/g, '').length <= 6, mailed.href);
      assert.equal(mailed.hash, '');
    }),
  );
});
