import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPassword, hashPassword } from '../../api/security/passwords.ts';

test('accounts.signIn SX1: the first sign-in over the limit is refused, and the process survives', async (t) => {
  const strays: unknown[] = [];
  const hear = (error: unknown) => strays.push(error);
  process.on('unhandledRejection', hear);
  t.after(() => process.off('unhandledRejection', hear));
  const stored = await hashPassword('Sunny-day-42', 'here');
  const crowd = Array.from({ length: 80 }, () => hashPassword('Sunny-day-42', 'here').then(String, ({ code }) => code));
  assert.equal(await checkPassword('Sunny-day-42', stored, 'here').catch(({ code }) => code), 'server.busy');
  assert.ok((await Promise.all(crowd)).includes('server.busy'));
  assert.deepEqual(strays, []);
  assert.equal(await checkPassword('Sunny-day-42', stored, 'here'), true);
  assert.equal(await checkPassword('Sunny-day-42', undefined, 'here'), false, 'and nobody has a password');
});

test('accounts.signIn SX9: a flood of passwords from one address starves no other address', async () => {
  const flood = Array.from({ length: 120 }, () => hashPassword('Sunny-day-42', 'greedy').then(String, ({ code }) => code));
  const others = await Promise.all(['one', 'other', 'one'].map((from) => hashPassword('Sunny-day-42', from)));
  assert.ok(others.every((hash) => hash.startsWith('$argon2id$')));
  const outcomes = await Promise.all(flood);
  const served = outcomes.filter((outcome) => outcome.startsWith('$argon2id$')).length;
  assert.deepEqual(new Set(outcomes.filter((outcome) => !outcome.startsWith('$'))), new Set(['server.busy']));
  assert.ok(served >= 40, `${served} of the flood were served: what room there is is theirs`);
});
