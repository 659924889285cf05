import { createHmac } from 'node:crypto';
import { decodeJwt, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { AppDeps } from '../../api/app.ts';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Builds every change of a good session token that must invalidate it. */
export async function forgedTokens(good: string, { keys }: AppDeps): Promise<Record<string, string>> {
  const [current] = keys.signing;
  if (!current) throw new Error('there is a signing key');
  const { kid, privateKey, publicKey } = current;
  const payload = decodeJwt(good);
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid };
  const sign = (changes: JWTPayload, headers: Record<string, unknown> = {}) =>
    new SignJWT({ ...payload, ...changes }).setProtectedHeader({ ...header, ...headers } as never).sign(privateKey);
  const { exp: _exp, ...endless } = payload;
  const { iat: _iat, ...unborn } = payload;
  const stranger = await generateKeyPair('EdDSA', { extractable: true });
  const byStranger = async (headers: Record<string, unknown>) =>
    new SignJWT(payload).setProtectedHeader({ ...header, ...headers } as never).sign(stranger.privateKey);
  const [head = '', body = '', signature = ''] = good.split('.');
  const hmacHead = encoded({ ...header, alg: 'HS256' });
  const hmac = (key: string | Buffer) =>
    `${hmacHead}.${body}.${createHmac('sha256', key).update(`${hmacHead}.${body}`).digest('base64url')}`;
  const publicJwk = await exportJWK(publicKey);
  return {
    'expired token': await sign({ iat: now - 800, exp: now - 60 }),
    'token that is too old by its birth': await sign({ iat: now - 3600, exp: now - 3600 + 900 }),
    'token not yet valid': await sign({ nbf: now + 600 }),
    'token from the future': await sign({ iat: now + 600, exp: now + 1200 }),
    'token for a year': await sign({ iat: now, exp: now + 365 * 86_400 }),
    'token without end': await new SignJWT(endless).setProtectedHeader(header).sign(privateKey),
    'token for another audience': await sign({ aud: 'mail-link' }),
    'token of another issuer': await sign({ iss: 'https://elsewhere.test' }),
    'token of another type': await sign({}, { typ: 'JWT' }),
    'token without a session': await sign({ sid: undefined }),
    'token with no signature and alg none': `${encoded({ alg: 'none', typ: 'at+jwt', kid })}.${body}.`,
    'token signed with the public key as a password': hmac(await exportSPKI(publicKey)),
    'token signed with the raw public key': hmac(Buffer.from(publicJwk.x ?? '', 'base64url')),
    'token of another key': await byStranger({}),
    'token that brings its own key': await byStranger({ jwk: await exportJWK(stranger.publicKey) }),
    'token that names a key elsewhere': await byStranger({ jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/cert' }),
    'token with a path for a key': await byStranger({ kid: '../../../../dev/null' }),
    'token with a query for a key': await byStranger({ kid: { $ne: null } }),
    'token of ours with a longer header': await sign({}, { jku: 'http://127.0.0.1:9/keys' }),
    'token without a birth': await new SignJWT(unborn).setProtectedHeader(header).sign(privateKey),
    'token with a fourth part': `${good}.${signature}`,
    'token with one byte changed': `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'token with another payload': `${head}.${encoded({ ...payload, scope: 'account:write', cid: 'cli_other' })}.${signature}`,
    'token cut short': good.slice(0, -10),
  };
}
