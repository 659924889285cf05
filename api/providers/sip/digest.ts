import { createHash, randomBytes } from 'node:crypto';

/** A trunk's challenge in `WWW-Authenticate` or `Proxy-Authenticate`. */
interface Challenge {
  realm: string;
  nonce: string;
  opaque: string | undefined;
  algorithm: 'MD5' | 'SHA-256';
  hasQop: boolean;
}

const hashes = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/**
 * Answers the strongest offered challenge (RFC 8760). The password itself is never sent.
 * @returns undefined if we know none of the offered algorithms
 */
export function answerChallenge(
  offered: readonly string[],
  { username, password, method, uri }: { username: string; password: string; method: string; uri: string },
): string | undefined {
  const known = offered.flatMap((text) => parseChallenge(text) ?? []);
  const challenge = known.find(({ algorithm }) => algorithm === 'SHA-256') ?? known[0];
  if (!challenge) return undefined;
  const { realm, nonce, opaque, algorithm, hasQop } = challenge;
  const hash = (text: string) => createHash(hashes[algorithm]).update(text).digest('hex');
  const secret = hash(`${username}:${realm}:${password}`);
  const request = hash(`${method}:${uri}`);
  const cnonce = randomBytes(8).toString('hex');
  const count = '00000001';
  const response = hash(hasQop ? `${secret}:${nonce}:${count}:${cnonce}:auth:${request}` : `${secret}:${nonce}:${request}`);
  const fields = [
    `username="${quoted(username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(hasQop ? ['qop=auth', `nc=${count}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${quoted(opaque)}"`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

function parseChallenge(text: string): Challenge | undefined {
  const scheme = /^digest\s/i.exec(text)?.[0];
  if (scheme === undefined) return undefined;
  const fields = new Map<string, string>();
  // Sticky, so that each field begins where the previous one ended and no letter is scanned twice.
  const field = /(?:\s*,)?\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gy;
  for (const [, name = '', inQuotes, bare] of text.slice(scheme.length).matchAll(field)) {
    fields.set(name.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  const [realm, nonce] = [fields.get('realm'), fields.get('nonce')];
  const qop = fields.get('qop');
  if (realm === undefined || nonce === undefined || (algorithm !== 'MD5' && algorithm !== 'SHA-256')) return undefined;
  if (qop !== undefined && !/(^|[\s,])auth([\s,]|$)/.test(qop)) return undefined;
  return { realm, nonce, opaque: fields.get('opaque'), algorithm, hasQop: qop !== undefined };
}

const quoted = (text: string): string => text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&');
