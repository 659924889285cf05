import { createHash, randomBytes } from 'node:crypto';

const realm = 'trunk.sandbox';
const noncesMost = 1000;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Digest authentication (RFC 7616, 2617) with MD5: makes challenges and checks the answers. */
export class Digest {
  readonly #nonces = new Set<string>();

  challenge(): string {
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.add(nonce);
    for (const old of this.#nonces) {
      if (this.#nonces.size <= noncesMost) break;
      this.#nonces.delete(old);
    }
    return `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5, qop="auth"`;
  }

  /** @returns `none` without an answer to one of our challenges, so that a new challenge is due */
  check(
    header: string | undefined,
    method: string,
    { username, password }: { username: string; password: string },
  ): 'right' | 'wrong' | 'none' {
    const given = parametersOf(header ?? '');
    if (!given.nonce || !this.#nonces.has(given.nonce)) return 'none';
    const secret = md5(`${username}:${realm}:${password}`);
    const about = md5(`${method}:${given.uri}`);
    const middle = given.qop ? [given.nonce, given.nc, given.cnonce, given.qop] : [given.nonce];
    const expected = md5([secret, ...middle, about].join(':'));
    return given.username === username && given.response === expected ? 'right' : 'wrong';
  }
}

/** Parses `Digest username="x", qop=auth` into names and values. */
function parametersOf(header: string): Record<string, string> {
  const found = [...header.replace(/^\s*Digest\s+/i, '').matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)];
  return Object.fromEntries(found.map(([, name = '', quoted, plain = '']) => [name.toLowerCase(), quoted ?? plain]));
}
