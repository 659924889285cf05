import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { deriveSecret, digestInput, fingerprint } from '../../api/security/digest.ts';
import { type Keys, KeysError, makeKeyFile, makeKeys, printsOf, readKeys } from '../../api/security/keys.ts';
import { sealOf, sealWith } from '../../api/security/own-seal.ts';
import { newId, newSecret, randomName } from '../../api/security/random.ts';
import { seal, unseal } from '../../api/security/seal.ts';
import { sealsOf } from '../../api/security/seals.ts';

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'keys-test-'));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const good = makeKeys();
const read = async (file: unknown): Promise<Keys> => {
  const found = await readKeys({ dataDir: '/nowhere', fromEnvironment: typeof file === 'string' ? file : JSON.stringify(file) });
  return found ?? assert.fail('there are keys');
};
const keys = await read(good);
const otherKeys = await read(makeKeys());

test('system.ready: the keys that the first start writes are those that every later start reads, for the owner alone', async () => {
  const dataDir = await newFolder();
  assert.equal(await readKeys({ dataDir, fromEnvironment: undefined }), undefined);
  const made = await makeKeyFile(dataDir);
  const stored = await readKeys({ dataDir, fromEnvironment: undefined });
  assert.deepEqual(stored && printsOf(stored), printsOf(made));
  assert.equal(stored?.platformKey, made.platformKey);
  assert.equal((await stat(join(dataDir, 'keys.json'))).mode & 0o777, 0o600);
  assert.match(await readFile(join(dataDir, 'keys.json'), 'utf8'), /^\{\n {2}"platformKey"[\s\S]*\}\n$/);
});

test('system.ready: keys are never written over, and a folder that cannot be written to is said', async () => {
  const dataDir = await newFolder();
  await makeKeyFile(dataDir);
  const before = await readFile(join(dataDir, 'keys.json'), 'utf8');
  await assert.rejects(makeKeyFile(dataDir), /cannot be written \(EEXIST\)\. Set DATA_DIR to a folder that can\.$/);
  assert.equal(await readFile(join(dataDir, 'keys.json'), 'utf8'), before);
  await assert.rejects(makeKeyFile(join(dataDir, 'nowhere')), KeysError);
});

test('system.ready: keys of the environment come before those of a file, and a file that is none is said', async () => {
  const dataDir = await newFolder();
  await makeKeyFile(dataDir);
  const given = await readKeys({ dataDir, fromEnvironment: JSON.stringify(good) });
  assert.equal(given?.platformKey, good.platformKey);
  await assert.rejects(readKeys({ dataDir, fromEnvironment: '' }), /^Error: LIVERY_KEYS: not a set of keys/);
  const other = await newFolder();
  await mkdir(join(other, 'keys.json'));
  await assert.rejects(readKeys({ dataDir: other, fromEnvironment: undefined }), /keys\.json is a folder\. It has to be the file/);
  const text = await newFolder();
  await writeFile(join(text, 'keys.json', '..', 'file'), '');
  await assert.rejects(readKeys({ dataDir: join(text, 'file'), fromEnvironment: undefined }), /cannot be read \(ENOTDIR\)\. It has to be/);
  await chmod(text, 0o700);
});

const bytes = (count: number, different = 256) => Buffer.from(Array.from({ length: count }, (_, at) => at % different)).toString('base64');
const rsa = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });

test('system.ready: keys that are missing, short, typed by a person or of another kind are refused in one sentence', async () => {
  const bad: [unknown, RegExp][] = [
    ['', /^LIVERY_KEYS: not a set of keys as the first start writes it to keys\.json\.$/],
    ['null', /not a set/],
    [[], /not a set/],
    ...(['platformKey', 'signing', 'sealing', 'digest'] as const).map((name): [unknown, RegExp] => [
      { ...good, [name]: undefined },
      /not a set/,
    ]),
    [{ ...good, digest: 1 }, /not a set/],
    [{ ...good, platformKey: 1 }, /not a set/],
    [{ ...good, signing: [{ ...good.signing[0], kid: 1 }] }, /not a set/],
    [{ ...good, sealing: [{ ...good.sealing[0], kid: 1 }] }, /not a set/],
    [{ ...good, sealing: [{ kid: 'a', key: 1 }] }, /not a set/],
    [{ ...good, signing: [] }, /^LIVERY_KEYS: at least one signing and one sealing key are needed\.$/],
    [{ ...good, sealing: [] }, /at least one/],
    [{ ...good, platformKey: `wlk_${'a'.repeat(31)}` }, /^LIVERY_KEYS: the platform key is too short\.$/],
    [{ ...good, platformKey: `xwlk_${'a'.repeat(32)}` }, /too short/],
    [{ ...good, platformKey: `wlk_${'a'.repeat(32)}-` }, /too short/],
    [{ ...good, digest: bytes(31) }, /^LIVERY_KEYS: the digest key must have 32 bytes, it has 31\.$/],
    [{ ...good, digest: bytes(33) }, /it has 33/],
    [{ ...good, digest: bytes(32, 12) }, /^LIVERY_KEYS: the digest key is not random\.$/],
    [{ ...good, sealing: [{ kid: 'a', key: bytes(16) }] }, /^LIVERY_KEYS: a sealing key must have 32 bytes, it has 16\.$/],
    [
      { ...good, signing: [{ kid: 'a', jwk: { ...good.signing[0]?.jwk, crv: 'P-256' } }] },
      /^LIVERY_KEYS: a signing key is not one of Ed25519\.$/,
    ],
    [{ ...good, signing: [{ kid: 'a' }] }, /not one of Ed25519/],
    [{ ...good, signing: [{ kid: 'a', jwk: rsa }] }, /^LIVERY_KEYS: a signing key cannot be read\.$/],
  ];
  for (const [file, says] of bad) {
    const isSaid = (error: unknown) => error instanceof KeysError && says.test(error.message);
    await assert.rejects(read(file), isSaid, String(says));
  }
  assert.equal((await read({ ...good, digest: bytes(32, 13) })).digest.length, 32);
  assert.equal((await read({ ...good, platformKey: `wlk_${'a'.repeat(32)}` })).platformKey.length, 36);
});

test('system.ready: keys are told apart without telling anything of them', async () => {
  const prints = printsOf(keys);
  assert.deepEqual(prints, printsOf(await read(good)));
  assert.equal(prints.sealing[0]?.kid, good.sealing[0]?.kid);
  const others = printsOf(otherKeys);
  assert.equal(new Set([prints.digest, others.digest, prints.sealing[0]?.print, others.sealing[0]?.print]).size, 4);
  for (const print of [prints.digest, prints.sealing[0]?.print]) assert.match(String(print), /^[\w-]{43}$/);
});

test('system.ready: each new set of keys is its own', async () => {
  const sets = await Promise.all(Array.from({ length: 5 }, () => read(makeKeys())));
  const parts = sets.flatMap(({ platformKey, digest, signing, sealing }) => [
    platformKey,
    digest.toString(),
    signing[0]?.kid,
    sealing[0]?.kid,
  ]);
  assert.equal(new Set(parts).size, 20);
  for (const { signing, sealing } of sets)
    assert.match(`${signing[0]?.kid} ${sealing[0]?.kid}`, /^[0-9a-hjkmnp-tv-z]{8} [0-9a-hjkmnp-tv-z]{8}$/);
});

test('agencies.create: an id is 120 random bits without a letter that looks like another, a secret 256', () => {
  const names = Array.from({ length: 2000 }, randomName);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[0-9a-hjkmnp-tv-z]{24}$/);
  assert.equal(new Set(names.join('')).size, 32, 'every sign comes');
  assert.match(newId('cli'), /^cli_[0-9a-z]{24}$/);
  for (let round = 0; round < 200; round += 1) assert.match(newSecret('sk_'), /^sk_[0-9A-Za-z]{43}$/);
  assert.notEqual(fingerprint('a'), fingerprint('b'));
  assert.match(fingerprint('a'), /^ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs$/);
});

test('credits.checkout: what a caller sent is known again by a hash that only these keys make', () => {
  const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.record({ a: fc.string() }));
  fc.assert(
    fc.property(fc.array(part), fc.array(part), (one, another) => {
      const isSame = JSON.stringify(one) === JSON.stringify(another);
      assert.equal(digestInput(keys, ...one) === digestInput(keys, ...another), isSame);
      assert.notEqual(digestInput(keys, ...one), digestInput(otherKeys, ...one));
      assert.match(digestInput(keys, ...one), /^[\w-]{43}$/);
    }),
  );
  for (let index = 0; index < 200; index += 1) assert.match(deriveSecret(keys, 'sk_', `a${index}`), /^sk_[0-9A-Za-z]{43}$/);
  assert.equal(deriveSecret(keys, 'sk_', 'a'), deriveSecret(keys, 'sk_', 'a'));
  const different = [
    deriveSecret(keys, 'sk_', 'a'),
    deriveSecret(keys, 'sk_', 'b'),
    deriveSecret(otherKeys, 'sk_', 'a'),
    deriveSecret(keys, 'pk_', 'a'),
  ];
  assert.equal(new Set(different.map((secret) => secret.slice(3))).size, 4);
});

const owner = { agencyId: 'agn_1', field: 'stripe.secretKey' };

test('integrations.connectVoice S1: a secret opens for its agency and field alone, and only as it was sealed', () => {
  const sealed = seal(keys, owner, 'sk_test_4eC39HqLyjWD');
  assert.equal(unseal(keys, owner, sealed), 'sk_test_4eC39HqLyjWD');
  assert.equal(sealed.kid, good.sealing[0]?.kid);
  assert.deepEqual(
    { ivBytes: Buffer.from(sealed.iv, 'base64').length, tagBytes: Buffer.from(sealed.tag, 'base64').length },
    { ivBytes: 12, tagBytes: 16 },
  );
  for (const moved of [
    { ...owner, agencyId: 'agn_2' },
    { ...owner, field: 'stripe.webhookSecret' },
  ])
    assert.throws(() => unseal(keys, moved, sealed));
  for (const name of ['iv', 'tag', 'text'] as const) {
    const [first = 0, ...rest] = Buffer.from(sealed[name], 'base64');
    assert.throws(() => unseal(keys, owner, { ...sealed, [name]: Buffer.from([first ^ 1, ...rest]).toString('base64') }), name);
  }
  const short = Buffer.from(sealed.tag, 'base64').subarray(0, 4).toString('base64');
  assert.throws(() => unseal(keys, owner, { ...sealed, tag: short }), 'a tag that is easy to guess');
  assert.notEqual(seal(keys, owner, 'sk_test_4eC39HqLyjWD').text, sealed.text);
});

test('integrations.connectVoice S1: the end of a secret is told, but not of a short one', () => {
  const lastOf = (secret: string) => seal(keys, owner, secret).last4;
  assert.deepEqual(['1234567890123456', '123456789012345', '', 'größe-größe-größe'].map(lastOf), ['3456', '', '', 'röße']);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (secret) => assert.equal(unseal(keys, owner, seal(keys, owner, secret)), secret)));
});

test('integrations.connectVoice S1: what an older key sealed opens, and what a lost one sealed is refused by name', async () => {
  const both = await read({ ...good, sealing: [{ kid: 'new', key: bytes(32) }, ...good.sealing] });
  const sealed = seal(keys, owner, 'a secret');
  assert.equal(unseal(both, owner, sealed), 'a secret');
  assert.equal(seal(both, owner, 'a secret').kid, 'new');
  assert.throws(() => unseal(keys, owner, seal(both, owner, 'a secret')), { code: 'server.keys_replaced' });
  assert.throws(() => seal({ ...keys, sealing: [] }, owner, 'a'), /sealing key/);
});

test('audit: a seal is of one kind, one text and one server', async () => {
  const kinds = ['transfer', 'journal', 'register', 'promise', 'plan', 'order', 'release', 'claim', 'pause'] as const;
  const [mine, others] = [sealsOf(keys), sealsOf(otherKeys)];
  const made = [...kinds.flatMap((kind) => [mine.of(kind, 'a'), mine.of(kind, 'b'), others.of(kind, 'a')])];
  assert.equal(new Set(made).size, 27);
  for (const one of made) assert.match(one, /^[\w-]{22}$/);
  assert.equal(mine.of('plan', 'a'), sealsOf(await read(good)).of('plan', 'a'));
  assert.match(mine.keyId, /^[\w-]{8}$/);
  assert.notEqual(mine.keyId, others.keyId);
  sealWith(keys);
  assert.equal(sealOf('order', 'a'), mine.of('order', 'a'));
});
