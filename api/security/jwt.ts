import assert from 'node:assert/strict';
import { type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import type { Keys } from './keys.ts';

/** One kind of token: its type, its lifetime and its required claims. */
interface Kind<Claim extends string> {
  typ: string;
  audience: string;
  seconds: number;
  claims: readonly Claim[];
}

/** Thrown for a token that is ours in every respect, and too old. */
export class TokenOver extends Error {}

/** Allowed difference between the clocks of our processes. */
const LEEWAY_SECONDS = 5;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Writes and reads tokens that only we create: JWTs (RFC 7519) signed with Ed25519. Uses node:crypto, because WebCrypto, and so jose, takes
 * more than twice as long. Headers are never interpreted: a header equals, byte for byte, one that we write for this kind, or the token is
 * refused. So no token can choose an algorithm, a key or a kind.
 * @param issuer external address of the API
 */
export function createJwts<Claim extends string>(keys: Keys, issuer: string, { typ, audience, seconds, claims: own }: Kind<Claim>) {
  const needed = ['jti', ...own];
  const heads = keys.signing.map(({ kid }) => encoded({ alg: 'EdDSA', typ, kid }));
  const publicKeys = new Map(keys.signing.map(({ publicKey }, index) => [heads[index], publicKey]));
  const [head, privateKey] = [heads[0], keys.signing[0]?.privateKey];
  assert(head && privateKey, 'there is a signing key');

  return {
    write(claims: Record<Claim, string>): string {
      const iat = Math.floor(Date.now() / 1000);
      const signed = `${head}.${encoded({ iss: issuer, aud: audience, iat, exp: iat + seconds, jti: randomUUID(), ...claims })}`;
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    },

    /** Reads a token. `exp` is in seconds since 1970. Throws if anything differs from what we write, and `TokenOver` if only its time is over. */
    read(token: string): Record<Claim, string> & { exp: number } {
      const claims = payloadOf(token, publicKeys);
      const { iss, aud, iat, exp, nbf = iat } = claims;
      const now = Date.now() / 1000;
      if (iss !== issuer || aud !== audience) throw new Error('a token of another issuer or for another audience');
      if (typeof iat !== 'number' || typeof exp !== 'number' || typeof nbf !== 'number') throw new Error('a token without its times');
      if (Math.max(iat, nbf) > now + LEEWAY_SECONDS) throw new Error('a token of the future');
      if (exp - iat > seconds) throw new Error('a token that would live too long');
      if (!needed.every((claim) => typeof claims[claim] === 'string')) throw new Error('a token without all its claims');
      if (exp <= now - LEEWAY_SECONDS) throw new TokenOver('a token that is over');
      return claims as Record<Claim, string> & { exp: number }; // as checked above
    },
  };
}

/** Returns the claims of a token signed with one of these keys. Each key is known by its header. */
function payloadOf(token: string, publicKeys: ReadonlyMap<string | undefined, KeyObject>): Record<string, unknown> {
  const [headEnd, bodyEnd] = [token.indexOf('.'), token.lastIndexOf('.')];
  const publicKey = publicKeys.get(token.slice(0, headEnd));
  if (!publicKey) throw new Error('a token with a header that is not ours');
  const signature = Buffer.from(token.slice(bodyEnd + 1), 'base64url');
  if (!verify(null, Buffer.from(token.slice(0, bodyEnd)), publicKey, signature)) throw new Error('a token with a false signature');
  // The signature proves that we wrote it.
  return JSON.parse(Buffer.from(token.slice(headEnd + 1, bodyEnd), 'base64url').toString()) as Record<string, unknown>;
}
