import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isGuessable } from '../../api/security/guessable.ts';
import { processorTime } from '../support/processor.ts';

const own = ['Northwind Voice', 'northwind-voice', 'robin.meyer@example.com', 'Robin', 'Meyer'];

const easy: Record<string, string[]> = {
  'a common word and what people put behind it': [
    'password1234',
    'PASSWORD1234',
    'Passwort12345',
    'p4$$w0rd!!!!',
    'football2023!',
    'Sommer2024!!',
  ],
  'one character, or a few, again and again': [
    '111111111111',
    'aaaaaabbbbbb',
    'abcabcabcabc',
    'x'.repeat(128),
    'passwordpassword',
    '112233445566',
  ],
  'a run or a way over the keys': [
    '123456789012',
    'abcdefghijkl',
    'qwertyuiop12',
    'qwertzuiopas',
    '1q2w3e4r5t6y',
    'zaq12wsxcde3',
    '0987654321ab',
  ],
  'what is known of the person or the agency': ['northwind2024', 'northwindvoice', 'robin.meyer.1', 'MeyerRobin85', 'röbin-mëyer-'],
  'two common words': ['monkeydragon', 'letmeinplease', 'welcome admin', 'iloveyou1234'],
};
for (const [what, passwords] of Object.entries(easy)) {
  test(`accounts.signUp SX25: ${what} makes no passphrase`, () => {
    for (const password of passwords) assert.ok(isGuessable(password, own), password);
  });
}

test('accounts.signUp SX25: words that do not belong together, and what nobody made up, are good', () => {
  const good = [
    'correct horse battery staple',
    'correct hors',
    'my dog likes cheese',
    'kitchen table',
    'blauer elefant',
    '738291046283',
    'tg7#kqp2!xzv',
  ];
  for (const password of good) assert.ok(!isGuessable(password, own), password);
  assert.ok(!isGuessable('robin likes northern wind', own), 'one name among other words is no harm');
  assert.ok(!isGuessable('northwind voice meyer lake', []), 'who is somebody else guesses other names');
});

test('accounts.signUp SX25: capitals, accents and repetition make no easy password good; random ones are', () => {
  const easyOne = fc.constantFrom(...Object.values(easy).flat());
  fc.assert(
    fc.property(easyOne, fc.array(fc.boolean(), { minLength: 128, maxLength: 128 }), (password, capitals) => {
      const shouted = [...password].map((letter, at) => (capitals[at] ? letter.toUpperCase() : letter)).join('');
      return (
        isGuessable(shouted, own) &&
        isGuessable(password.replaceAll('a', 'á'), own) &&
        isGuessable((password + password).slice(0, 128), own)
      );
    }),
  );
  fc.assert(
    fc.property(
      fc.base64String({ minLength: 20, maxLength: 60 }).filter((text) => new Set(text).size >= 12),
      (text) => !isGuessable(text, own),
    ),
  );
});

test('accounts.signUp SX25: the longest password costs little', () => {
  const worst = ['aA1!'.repeat(32), '@$1s0e4p'.repeat(16), 'passw0rd'.repeat(16), '\u3300'.repeat(128)];
  for (const password of worst) isGuessable(password, own);
  const took = processorTime();
  for (let round = 0; round < 10; round += 1) for (const password of worst) isGuessable(password, own);
  assert.ok(took() < 10 * worst.length * 50, 'fifty milliseconds would be as much as the hash takes');
});

test('accounts.signUp SX25: a way over the keys is cheap in both directions, from its beginning and to its end', () => {
  const ways = `qwertyuiop[] asdfghjkl zxcvbnm,./ qwertzuiopü yxcvbnm,.- azertyuiop qsdfghjklm wxcvbn 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p
    qazwsxedcrfvtgbyhnujmikolp zaq1xsw2cde3vfr4bgt5nhy6mju7 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 1a2b3c4d5e6f7g8h9i a1b2c3d4e5f6g7h8i9
    11223344556677889900 aabbccddeeffgghh 147258369 159357 741852963 !@#$%^&*() !"§$%&/()=`.split(/\s+/);
  for (const way of ways.flatMap((one) => [one, [...one].toReversed().join('')])) {
    assert.ok(isGuessable(`${way.slice(0, 4)}${way.slice(-4)}?~`, []), way);
    assert.ok(isGuessable(way, []), way);
  }
});

test('accounts.signUp SX25: cheap pieces count, look-alikes do not, and a bit above the limit is enough', () => {
  const cheap = ['', '73829104628', 'tkqpxz', 'abctqxzk', 'cbatqxzk'];
  for (const password of cheap) assert.ok(isGuessable(password, []), password);
  const good = ['738291046283', 'tkqpxzv', 'acegikmoqsuw', ':;<=>?@', 'tkpqwerzvxbh', 'tqwerzasdfvx'];
  for (const password of good) assert.ok(!isGuessable(password, []), password);
});

test('accounts.signUp SX25: a word of ones own is known with its digits, and with digits for letters', () => {
  assert.ok(isGuessable('vroqel54', ['vroqel54']));
  assert.ok(!isGuessable('vroqel54', []));
  assert.ok(isGuessable('m3y3rr0bin', own));
  assert.ok(isGuessable('M\u00ebyerR\u00f6bin', own));
});
