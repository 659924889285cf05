import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { PROOF_MEMORY_MS, readProof, thumbprint } from '../../api/security/proofs.ts';

const pair = await generateKeyPair('ES256');
const jwk = await exportJWK(pair.publicKey);
const [url, refreshToken] = ['https://api.test/v1/sessions.refresh', 'rft_1'];
const now = () => Math.floor(Date.now() / 1000);
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

const prove = (claims: JWTPayload = {}, header: Record<string, unknown> = {}, key = pair.privateKey) =>
  new SignJWT({ jti: 'p1', htm: 'POST', htu: url, iat: now(), ath: hash(refreshToken), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header } as never)
    .sign(key);
const read = (proof: string, at = { url, refreshToken }) => readProof(proof, at);
const refused = { code: 'proof.refused' };

test('sessions.refresh A10: a proof names the key of the page that made it, and itself', async () => {
  const jkt = await calculateJwkThumbprint(jwk);
  assert.deepEqual(await read(await prove()), { jkt, jti: 'p1' });
  assert.equal(await thumbprint(jwk as Parameters<typeof thumbprint>[0]), jkt);
  assert.equal((await read(await prove({ jti: 'x'.repeat(100) }))).jti.length, 100);
});

test('sessions.refresh A10: a proof for another address, another token or another way to call is refused', async () => {
  const proof = await prove();
  await assert.rejects(read(proof, { url: `${url}x`, refreshToken }), refused);
  await assert.rejects(read(proof, { url, refreshToken: 'rft_2' }), refused);
  const bad: JWTPayload[] = [
    { htm: 'GET' },
    { htu: 'https://evil.test/v1/sessions.refresh' },
    { ath: refreshToken },
    { jti: 'x'.repeat(101) },
    { jti: 1 as unknown as string },
    ...['jti', 'htm', 'htu', 'iat', 'ath'].map((name) => ({ [name]: undefined })),
  ];
  for (const claims of bad) await assert.rejects(read(await prove(claims)), refused, JSON.stringify(claims));
});

test('sessions.refresh A10: a proof of another kind, or signed by another key than it shows, is refused', async () => {
  const other = await generateKeyPair('ES256');
  const strong = await generateKeyPair('ES384');
  for (const proof of [
    await prove({}, {}, other.privateKey),
    await prove({}, { typ: 'JWT' }),
    await prove({}, { jwk: undefined }),
    await prove({}, { alg: 'ES384', jwk: await exportJWK(strong.publicKey) }, strong.privateKey),
    '',
    'a.b.c',
  ])
    await assert.rejects(read(proof), refused);
});

test('sessions.refresh SX21: a clock may be off by 26 hours, and a proof is remembered for longer than it is good', async () => {
  const leeway = 26 * 3600;
  for (const iat of [leeway - 10, 0, -leeway - 50]) assert.equal((await read(await prove({ iat: now() + iat }))).jti, 'p1', `${iat}`);
  for (const iat of [leeway + 10, -leeway - 70]) await assert.rejects(read(await prove({ iat: now() + iat })), refused, `${iat}`);
  assert.equal(PROOF_MEMORY_MS, (2 * leeway + 60 + 3600) * 1000);
});
