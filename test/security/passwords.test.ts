import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { checkPassword, hashPassword } from '../../api/security/passwords.ts';

const AT_ONCE = availableParallelism() * 2;
const WAITING_MAX = 50;

/** `done`, or the code of the refusal. */
const endOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

test('accounts.signIn S3: a password is itself, however its letters were typed, and nobody is let in without one', async () => {
  const stored = await hashPassword('gr\u00fc\u00dfe 1', 'home');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await checkPassword('gru\u0308\u00dfe 1', stored, 'home'), true);
  assert.equal(await checkPassword('gr\u00fcsse 1', stored, 'home'), false);
  for (const password of ['', 'nobody signs in', 'nobodyhasthispassword'])
    assert.equal(await checkPassword(password, undefined, 'home'), false);
});

test('accounts.signIn A20: a flood from one place keeps out itself, and those who wait elsewhere get their turn', async () => {
  const flood = Array.from({ length: AT_ONCE + WAITING_MAX }, () => endOf(hashPassword('x', 'flood')));
  const more = endOf(hashPassword('x', 'flood'));
  assert.equal(await more, 'server.busy', 'it has the most there already');
  const others = ['one', 'two', 'three'].map((from) => endOf(hashPassword('x', from)));
  assert.deepEqual(await Promise.all(others), ['done', 'done', 'done']);
  const ends = await Promise.all(flood);
  assert.deepEqual(
    { done: ends.filter((end) => end === 'done').length, busy: ends.filter((end) => end === 'server.busy').length },
    { done: AT_ONCE + WAITING_MAX - 3, busy: 3 },
  );
  assert.deepEqual(ends.slice(-3), ['server.busy', 'server.busy', 'server.busy'], 'the newest of those who have most give way');
});

test('accounts.signIn A20: who has fewer there than others is let in, and who has as many as anybody is refused', async () => {
  const running = Array.from({ length: AT_ONCE }, () => endOf(hashPassword('x', 'running')));
  const half = WAITING_MAX / 2;
  const one = Array.from({ length: half }, () => endOf(hashPassword('x', 'one')));
  const other = Array.from({ length: half }, () => endOf(hashPassword('x', 'other')));
  assert.equal(await endOf(hashPassword('x', 'one')), 'server.busy');
  assert.equal(await endOf(hashPassword('x', 'new')), 'done');
  const refused = (await Promise.all([...one, ...other, ...running])).filter((end) => end !== 'done');
  assert.deepEqual(refused, ['server.busy']);
});

test('accounts.signIn A20: a password that cannot be checked frees its place', async () => {
  const broken = await Promise.all(Array.from({ length: AT_ONCE * 3 }, () => endOf(checkPassword('x', 'no hash', 'home'))));
  assert.ok(broken.every((end) => end !== 'done' && end !== 'server.busy'));
  assert.equal(await endOf(hashPassword('x', 'home')), 'done');
});
