import assert from 'node:assert/strict';
import { type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import type { Keys } from './keys.ts';

/** One kind of token: what makes it differ from the others, how long it is good for, and the claims that it has to bring. */
interface Kind<Claim extends string> {
  typ: string;
  audience: string;
  seconds: number;
  claims: readonly Claim[];
}

/** How far the clocks of our own processes may be apart. */
const LEEWAY_SECONDS = 5;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Writes and reads the tokens that we alone make: JWTs (RFC 7519) signed with Ed25519. The signature is node:crypto's, because through
 * WebCrypto, and so through jose, it costs more than twice as much. A header is never interpreted: it is, byte for byte, one that we
 * write for this kind of token, or it is refused. So no token can choose an algorithm, a key or a kind.
 * @param issuer where the API is reached from outside
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

    /** `exp` is in seconds since 1970. Throws where anything at all is not as we write it. */
    read(token: string): Record<Claim, string> & { exp: number } {
      const claims = payloadOf(token, publicKeys);
      const { iss, aud, iat, exp, nbf = iat } = claims;
      const now = Date.now() / 1000;
      if (iss !== issuer || aud !== audience) throw new Error('a token of another issuer or for another audience');
      if (typeof iat !== 'number' || typeof exp !== 'number' || typeof nbf !== 'number') throw new Error('a token without its times');
      if (Math.max(iat, nbf) > now + LEEWAY_SECONDS) throw new Error('a token of the future');
      if (exp <= now - LEEWAY_SECONDS || exp - iat > seconds) throw new Error('a token that is over, or would live too long');
      if (!needed.every((claim) => typeof claims[claim] === 'string')) throw new Error('a token without all its claims');
      return claims as Record<Claim, string> & { exp: number }; // as just checked
    },
  };
}

/** What is said in a token that one of these keys has signed, each known by the header that goes with it. */
function payloadOf(token: string, publicKeys: ReadonlyMap<string | undefined, KeyObject>): Record<string, unknown> {
  const [headEnd, bodyEnd] = [token.indexOf('.'), token.lastIndexOf('.')];
  const publicKey = publicKeys.get(token.slice(0, headEnd));
  if (!publicKey) throw new Error('a token with a header that is not ours');
  const signature = Buffer.from(token.slice(bodyEnd + 1), 'base64url');
  if (!verify(null, Buffer.from(token.slice(0, bodyEnd)), publicKey, signature)) throw new Error('a token with a false signature');
  // Its signature proves that we wrote it.
  return JSON.parse(Buffer.from(token.slice(headEnd + 1, bodyEnd), 'base64url').toString()) as Record<string, unknown>;
}
