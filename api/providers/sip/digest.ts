import { createHash, randomBytes } from 'node:crypto';

/** What a trunk asks to be proven, in `WWW-Authenticate` or `Proxy-Authenticate`. */
interface Challenge {
  realm: string;
  nonce: string;
  opaque: string | undefined;
  algorithm: 'MD5' | 'SHA-256';
  hasQop: boolean;
}

const hashes = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/**
 * The answer to a challenge (RFC 8760): the stronger of those that the trunk offers. The password itself never travels.
 * @returns undefined where the trunk asks for something that we do not know
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
  // Sticky: each field begins where the one before ended, so a trunk cannot have the same letters looked at from every one of them.
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
