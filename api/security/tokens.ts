import { LRUCache } from 'lru-cache';
import type { PlainCode } from '../contract/errors/index.ts';
import type { TokenScope } from '../contract/operation.ts';
import { refuse } from '../contract/refusal.ts';
import { createJwts, TokenOver } from './jwt.ts';
import type { Keys } from './keys.ts';

export const SESSION_SECONDS = 15 * 60;

/** The claims of a session token. */
export interface SessionClaims {
  agencyId: string;
  world: string;
  clientId: string;
  subject: string;
  memberId: string;
  sid: string;
  scopes: readonly TokenScope[];
}

/** The claims of a mailed link. `stamp` limits it to one state of the member. */
export interface LinkClaims {
  agencyId: string;
  world: string;
  clientId: string;
  memberId: string;
  stamp: string;
}

const linkClaims = ['sub', 'cid', 'tid', 'world', 'stamp'] as const;

interface Kind {
  typ: string;
  audience: string;
  seconds: number;
  claims: readonly string[];
  /** The code for a token that is not ours, or not whole. */
  refusal: PlainCode;
  /** The code for one of ours that is too old. */
  expired: PlainCode;
}

/** Each kind of token has its own `typ`, so that none passes for another. */
const kinds = {
  session: {
    typ: 'at+jwt',
    audience: 'widget-api',
    seconds: SESSION_SECONDS,
    claims: ['sub', 'cid', 'tid', 'world', 'acc', 'sid', 'scope'],
    refusal: 'session.missing',
    expired: 'session.missing',
  },
  verify: {
    ...{ typ: 'verify+jwt', audience: 'mail-link', seconds: 7 * 24 * 3600, claims: linkClaims },
    ...{ refusal: 'verification.refused', expired: 'verification.expired' },
  },
  reset: {
    ...{ typ: 'reset+jwt', audience: 'mail-link', seconds: 30 * 60, claims: linkClaims },
    ...{ refusal: 'reset.refused', expired: 'reset.expired' },
  },
  link: {
    ...{ typ: 'link+jwt', audience: 'client-link', seconds: 10 * 60, claims: linkClaims },
    ...{ refusal: 'link.refused', expired: 'link.expired' },
  },
} as const satisfies Record<string, Kind>;

/** A mailed link that confirms an address or sets a password, and the token that links a client to the agency's own log-in. */
export type LinkKind = 'verify' | 'reset' | 'link';

export interface Tokens {
  signSession(claims: SessionClaims): { token: string; expiresInSeconds: number };
  /** Reads a session token. Refuses with `session.missing`. `expiresAt` is in milliseconds since 1970. */
  readSession(token: string): SessionClaims & { expiresAt: number };
  signLink(kind: LinkKind, claims: LinkClaims): string;
  /** Reads a link. Refuses with the codes of its kind: too old, or not whole. */
  readLink(kind: LinkKind, token: string): LinkClaims;
}

/** Verified tokens to remember, about 0.6 kB each. Whether a session is still alive is checked elsewhere, at every request. */
const REMEMBERED_MAX = 20_000;

/** @param issuer external address of the API */
export function createTokens(keys: Keys, issuer: string): Tokens {
  const verified = new LRUCache<string, SessionClaims & { expiresAt: number }>({ max: REMEMBERED_MAX });
  const sessions = createJwts(keys, issuer, kinds.session);
  const links = {
    verify: createJwts(keys, issuer, kinds.verify),
    reset: createJwts(keys, issuer, kinds.reset),
    link: createJwts(keys, issuer, kinds.link),
  };
  return {
    signSession({ agencyId, world, clientId, subject, memberId, sid, scopes }) {
      const claims = { sub: memberId, cid: clientId, tid: agencyId, world, acc: subject, sid, scope: scopes.join(' ') };
      return { token: sessions.write(claims), expiresInSeconds: SESSION_SECONDS };
    },
    readSession(token) {
      const known = verified.get(token);
      if (known && known.expiresAt > Date.now()) return known;
      const claims = sessionOf(orRefuse(kinds.session, () => sessions.read(token)));
      verified.set(token, claims);
      return claims;
    },
    signLink: (kind, { agencyId, world, clientId, memberId, stamp }) =>
      links[kind].write({ sub: memberId, cid: clientId, tid: agencyId, world, stamp }),
    readLink(kind, token) {
      const { tid, world, cid, sub, stamp } = orRefuse(kinds[kind], () => links[kind].read(token));
      return { agencyId: tid, world, clientId: cid, memberId: sub, stamp };
    },
  };
}

type SessionToken = Record<(typeof kinds.session.claims)[number], string> & { exp: number };

const sessionOf = ({ tid, world, cid, acc, sub, sid, scope, exp }: SessionToken) => ({
  agencyId: tid,
  world,
  clientId: cid,
  subject: acc,
  memberId: sub,
  sid,
  scopes: scope.split(' ') as TokenScope[], // we wrote them
  expiresAt: exp * 1000,
});

/** Refuses with one code for a token that is over, and with another for any other fault, of which only the log has the reason. */
function orRefuse<Claims>({ refusal, expired }: Kind, read: () => Claims): Claims {
  try {
    return read();
  } catch (cause) {
    return refuse(cause instanceof TokenOver ? expired : refusal, { cause });
  }
}
