import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PasswordFault, passwordFaults, passwordLengths } from '../../api/rules/password.ts';

const classic: [string, PasswordFault[]][] = [
  ['Abcde1!', ['password.too_short']],
  ['Abcdef1!', []],
  ['Abcdefghijklmnopq12!', []],
  ['Abcdefghijklmnopqr12!', ['password.too_long']],
  ['Abcdefg!', ['password.no_digit']],
  ['abcdef1!', ['password.no_upper']],
  ['ABCDEF1!', ['password.no_lower']],
  ['Abcdefg1', ['password.no_special']],
  ['Äbcdéf1 ', []],
  ['Abcde1!😀', []],
  ['', ['password.too_short', 'password.no_digit', 'password.no_upper', 'password.no_lower', 'password.no_special']],
  ['password', ['password.no_digit', 'password.no_upper', 'password.no_special']],
];

for (const [password, faults] of classic) {
  test(`accounts.signUp S3: "${password}" has ${faults.join(', ') || 'no fault'}`, () => {
    assert.deepEqual(passwordFaults(password, 'classic'), faults);
  });
}

test('accounts.signUp S3: a passphrase needs 12 to 128 characters and nothing else', () => {
  assert.deepEqual(passwordLengths('passphrase'), { min: 12, max: 128 });
  assert.deepEqual(passwordFaults('correct hors', 'passphrase'), []);
  assert.deepEqual(passwordFaults('correct hor', 'passphrase'), ['password.too_short']);
  assert.deepEqual(passwordFaults('x'.repeat(128), 'passphrase'), []);
  assert.deepEqual(passwordFaults('x'.repeat(129), 'passphrase'), ['password.too_long']);
});
