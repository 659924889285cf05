import assert from 'node:assert/strict';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../contract/errors.ts';
import type { TokenScope } from '../contract/operation.ts';
import { refuse } from '../contract/refusal.ts';
import type { Keys } from './keys.ts';

export const SESSION_SECONDS = 15 * 60;

/** What a session token says. */
export interface SessionClaims {
  agencyId: string;
  world: string;
  clientId: string;
  subject: string;
  memberId: string;
  sid: string;
  scopes: readonly TokenScope[];
}

/** What a mailed link says. `stamp` makes it good for one state of the member only. */
export interface LinkClaims {
  agencyId: string;
  world: string;
  clientId: string;
  memberId: string;
  stamp: string;
}

/** Each kind of token has its own `typ`, so that none passes for another. */
const kinds = {
  session: { typ: 'at+jwt', audience: 'widget-api', seconds: SESSION_SECONDS, refusal: 'session.missing' },
  verify: { typ: 'verify+jwt', audience: 'mail-link', seconds: 7 * 24 * 3600, refusal: 'verification.refused' },
  reset: { typ: 'reset+jwt', audience: 'mail-link', seconds: 30 * 60, refusal: 'reset.refused' },
} as const satisfies Record<string, { typ: string; audience: string; seconds: number; refusal: ErrorCode }>;

export interface Tokens {
  signSession(claims: SessionClaims): Promise<{ token: string; expiresInSeconds: number }>;
  /** Refuses with `session.missing`. `expiresAt` is in milliseconds since 1970. */
  readSession(token: string): Promise<SessionClaims & { expiresAt: number }>;
  signLink(kind: 'verify' | 'reset', claims: LinkClaims): Promise<string>;
  /** Refuses with `verification.refused` or `reset.refused`. */
  readLink(kind: 'verify' | 'reset', token: string): Promise<LinkClaims>;
}

/** A signature is checked once per token; about 0.6 kB each. Whether its session goes on is asked at every request, elsewhere. */
const REMEMBERED_MAX = 20_000;

/** @param issuer where the API is reached from outside */
export function createTokens(keys: Keys, issuer: string): Tokens {
  const verified = new LRUCache<string, SessionClaims & { expiresAt: number }>({ max: REMEMBERED_MAX });
  return {
    async signSession({ agencyId, world, clientId, subject, memberId, sid, scopes }) {
      const payload = { sub: memberId, cid: clientId, tid: agencyId, world, acc: subject, sid, scope: scopes.join(' ') };
      return { token: await sign(keys, issuer, 'session', payload), expiresInSeconds: SESSION_SECONDS };
    },
    async readSession(token) {
      const known = verified.get(token);
      if (known && known.expiresAt > Date.now()) return known;
      const claims = claimsOf(await read(keys, issuer, 'session', token));
      verified.set(token, claims);
      return claims;
    },
    signLink: (kind, { agencyId, world, clientId, memberId, stamp }) =>
      sign(keys, issuer, kind, { sub: memberId, cid: clientId, tid: agencyId, world, stamp }),
    async readLink(kind, token) {
      const payload = await read(keys, issuer, kind, token);
      return { ...holderOf(payload), stamp: String(payload.stamp) };
    },
  };
}

const claimsOf = (payload: JWTPayload) => ({
  ...holderOf(payload),
  subject: String(payload.acc),
  sid: String(payload.sid),
  scopes: String(payload.scope).split(' ') as TokenScope[],
  expiresAt: Number(payload.exp) * 1000,
});

const holderOf = (payload: JWTPayload) => ({
  agencyId: String(payload.tid),
  world: String(payload.world),
  clientId: String(payload.cid),
  memberId: String(payload.sub),
});

async function sign(keys: Keys, issuer: string, kind: keyof typeof kinds, payload: JWTPayload): Promise<string> {
  const { typ, audience, seconds } = kinds[kind];
  const current = keys.signing[0];
  assert(current, 'there is a signing key');
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: current.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setJti(crypto.randomUUID())
    .setExpirationTime(`${seconds}s`)
    .sign(current.privateKey);
}

/** Everything is checked that could make one token pass for another: key, algorithm, kind, issuer, audience and age. */
async function read(keys: Keys, issuer: string, kind: keyof typeof kinds, token: string): Promise<JWTPayload> {
  const { typ, audience, seconds, refusal } = kinds[kind];
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = keys.signing.find((candidate) => candidate.kid === kid) ?? refuse(refusal);
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: ['EdDSA'],
      typ,
      audience,
      issuer,
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'cid', 'tid'],
      maxTokenAge: seconds,
      clockTolerance: 5,
    });
    // The age is checked from when it was made; a token that claims a longer life was not made here.
    if (Number(payload.exp) - Number(payload.iat) > seconds) refuse(refusal);
    return payload;
  } catch (cause) {
    return refuse(refusal, { cause });
  }
}
