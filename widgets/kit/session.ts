import type { Input, Output } from '../../api/contract/index.ts';
import { giveHint } from './hint.ts';
import { readSaved, type Saved, wipeSaved, writeSaved } from './key-store.ts';
import { Refused } from './refused.ts';
import { settleWithin } from './settle.ts';

type Refresh = Input<'sessions.refresh'>;
type Answer = Output<'sessions.refresh'>['session'];
/** An agency with a log-in of its own hands its page a token that its server minted, or null where nobody is signed in. */
export type TokenSource = () => Promise<string | null | undefined>;

/** Renew this long before a token ends, so that no call meets an expired one. */
const MARGIN_MS = 20_000;
/** How long the page's own code may take to hand its token over. */
const PAGE_MS = 15_000;
export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The session of this page. Its token lives in memory and nowhere else; the refresh token, which outlives the page, is bound to a key
 * that cannot leave the browser, so a copy of it signs nobody in.
 */
export class Session {
  readonly key: string;
  readonly #refresh: (refresh: Refresh) => Promise<Answer>;
  readonly #address: string;
  #token: string | undefined;
  #endsAt = Number.POSITIVE_INFINITY;
  /** The key and token that the browser keeps between pages; absent where nobody was signed in here. */
  saved: Saved | undefined;
  #renewing: Promise<boolean> | undefined;
  /** How far the server's clock is ahead of this one, in milliseconds: proofs carry its time. */
  #ahead = 0;
  /** True where the last answer told another time than was known: a proof that was refused may be taken with it. */
  isTimeNew = false;
  source: TokenSource | undefined;

  /** @param address of `sessions.refresh`, which proofs are made for */
  constructor(key: string, address: string, refresh: (refresh: Refresh) => Promise<Answer>) {
    this.key = key;
    this.#address = address;
    this.#refresh = refresh;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Tells whether the token allows something. A token that we cannot read is the server's to judge. */
  may(scope: string): boolean {
    try {
      const claims = atob((this.#token ?? '').split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '');
      return ` ${JSON.parse(claims).scope} `.includes(` ${scope} `);
    } catch {
      return true;
    }
  }

  /** Learns the server's time from an answer. */
  hearTime(date: string | null): void {
    if (!date) return;
    const ahead = Date.parse(date) - Date.now();
    this.isTimeNew = Math.abs(ahead - this.#ahead) > 6e5;
    this.#ahead = ahead;
  }

  /** The session as `bootstrap.read` takes it: a token of the agency's own, a proof, or nothing. */
  async forBootstrap(address: string): Promise<Input<'bootstrap.read'>> {
    if (this.source) {
      this.#token = await this.#askPage();
      return this.#token ? { token: this.#token } : {};
    }
    this.saved = await readSaved(this.key).catch(() => undefined);
    return this.saved?.refreshToken ? { refresh: await this.#prove(address) } : {};
  }

  /** Takes over what a sign-up, a sign-in, a refresh or the bootstrap answered. */
  async take({ token, expiresInSeconds, refreshToken }: Answer): Promise<void> {
    this.#token = token;
    this.#endsAt = performance.now() + expiresInSeconds * 1000 - MARGIN_MS;
    if (!refreshToken || !this.saved) return;
    this.saved = { ...this.saved, refreshToken };
    // Where the browser refuses to store it, the session lasts as long as the page.
    await writeSaved(this.key, this.saved).catch(() => {});
  }

  /** Renews a token that is about to end. */
  async fresh(): Promise<void> {
    if (performance.now() > this.#endsAt) await this.renew();
  }

  /** Gets a new token, once for everybody who asks at the same time. False where the session is over. */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<boolean> {
    if (this.source) {
      const token = await this.#askPage();
      const isNew = token !== this.#token;
      this.#token = token;
      return isNew && !!token;
    }
    if (!this.saved?.refreshToken) return false;
    try {
      await this.take(await this.#refresh(await this.#prove(this.#address)));
      return true;
    } catch (error) {
      if (!(error instanceof Refused) || error.retry) throw error;
      return this.isTimeNew && this.#renew();
    }
  }

  /**
   * The token of the page's own log-in.
   * @throws Refused where the page's code fails, answers something else or never answers: the console says so, and visitors read nothing of it
   */
  async #askPage(): Promise<string | undefined> {
    const asked = Promise.resolve().then(() => this.source?.());
    const given = await settleWithin(PAGE_MS, asked).catch((error: unknown) => ({ error }));
    if (typeof given !== 'object' || !given) return given || undefined;
    giveHint(({ explainSession }) => explainSession(given));
    throw new Refused('unavailable');
  }

  /** Forgets everything, here and in the browser's storage. */
  async wipe(): Promise<void> {
    this.#token = undefined;
    this.saved = undefined;
    this.#endsAt = Number.POSITIVE_INFINITY;
    await wipeSaved(this.key).catch(() => {});
  }

  /** A DPoP proof (RFC 9449) for one call of one address, bound to the refresh token. */
  async #prove(htu: string): Promise<Refresh> {
    const { keys, refreshToken = '' } = this.saved as Saved;
    const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: await publicHalf(keys) };
    const ath = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(refreshToken)));
    const claims = { jti: crypto.randomUUID(), htm: 'POST', htu, iat: Math.floor((Date.now() + this.#ahead) / 1000), ath };
    const text = [head, claims].map((part) => base64url(new TextEncoder().encode(JSON.stringify(part)))).join('.');
    const signature = await crypto.subtle.sign(ALGORITHM, keys.privateKey, new TextEncoder().encode(text));
    return { refreshToken, proof: `${text}.${base64url(signature)}` };
  }
}

export async function publicHalf({ publicKey }: CryptoKeyPair): Promise<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }> {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  return { kty: 'EC', crv: 'P-256', x, y };
}

const base64url = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
