import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPassword, hashPassword } from '../../api/security/passwords.ts';

test('accounts.signIn SX1: the first sign-in among more people than are served at a time is told to come again, and ends nothing', async (t) => {
  const strays: unknown[] = [];
  const hear = (error: unknown) => strays.push(error);
  process.on('unhandledRejection', hear);
  t.after(() => process.off('unhandledRejection', hear));
  const stored = await hashPassword('Sunny-day-42');
  const crowd = Array.from({ length: 80 }, () => hashPassword('Sunny-day-42').then(String, ({ code }) => code));
  assert.equal(await checkPassword('Sunny-day-42', stored).catch(({ code }) => code), 'server.busy');
  assert.ok((await Promise.all(crowd)).includes('server.busy'));
  assert.deepEqual(strays, []);
  assert.equal(await checkPassword('Sunny-day-42', stored), true);
  assert.equal(await checkPassword('Sunny-day-42', undefined), false, 'and nobody has a password');
});
