import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSlug } from '../../api/rules/slug.ts';

/** Addresses of the product begin with one of these, or may do so one day. */
const own =
  `admin agency api app assets auth billing cdn console dashboard demo docs embed health help live login mail media platform portal
  root sandbox settings signin signup static status support system test webhook webhooks well-known www`.split(/\s+/);

test('agencies.create: no agency is called like a part of our own addresses, though like one that only contains it', () => {
  for (const name of own) {
    assert.equal(checkSlug(name), 'slug.reserved', name);
    assert.equal(checkSlug(`${name}-voice`), undefined, name);
  }
});

test('agencies.create: a slug is 3 to 50 of a-z and 0-9, with single hyphens inside', () => {
  for (const good of ['abc', '123', 'a-b', 'a-b-c-1', 'north-wind', 'a'.repeat(50)]) assert.equal(checkSlug(good), undefined, good);
  const bad = ['', 'ab', 'a'.repeat(51), '-abc', 'abc-', 'ab--cd', 'Abc', 'ab_c', 'ab.c', 'äbc', 'abc\n', ' abc', 'abc/', '!abc', 'a-!'];
  for (const one of bad) assert.equal(checkSlug(one), 'slug.invalid', one);
});

test('agencies.create: a slug is the label of a host as it stands', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ab1-_.A/'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      letters,
      (slug) => checkSlug(slug) !== undefined || new URL(`https://${slug}.example.com/`).hostname === `${slug}.example.com`,
    ),
  );
});
