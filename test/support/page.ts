import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { contract, type Input, type Operation, type OperationName, type Output } from '../../api/contract/index.ts';
import { call, type Reply } from './call.ts';

let people = 0;

/** The part of its agency that a page knows. */
export interface PageAgency {
  id: string;
  url: string;
  origin: string;
  keys: Output<'agencies.create'>['keys'];
  mode: 'test' | 'live';
}

/** Acts as a browser on an agency's page: has its own key, a refresh token, and a session token in memory. */
export class Page {
  readonly agency: PageAgency;
  readonly #keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  readonly publicKey: Input<'accounts.signIn'>['publicKey'];
  email = '';
  clientId = '';
  token = '';
  refreshToken = '';
  origin: string;

  private constructor(agency: PageAgency, keys: { privateKey: CryptoKey; publicKey: CryptoKey }, publicKey: JWK) {
    this.agency = agency;
    this.#keys = keys;
    this.origin = agency.origin;
    const { kty, crv, x, y } = publicKey;
    this.publicKey = { kty, crv, x, y } as Input<'accounts.signIn'>['publicKey'];
  }

  static async open(agency: PageAgency): Promise<Page> {
    const keys = await generateKeyPair('ES256', { extractable: true });
    return new Page(agency, keys, await exportJWK(keys.publicKey));
  }

  get returnUrl(): string {
    return `${this.origin}/account`;
  }

  /** Calls any operation as the page does, and returns any answer. */
  try<Name extends OperationName>(name: Name, input: Input<Name>, headers: Record<string, string> = {}): Promise<Reply<Output<Name>>> {
    const { method, body }: Operation = contract[name];
    const key = this.agency.keys[this.agency.mode].publishable;
    const sent = { origin: this.origin, ...(this.token && { key: this.token }) };
    if (method === 'GET') {
      const query = new URLSearchParams({ key, ...(input as Record<string, string>) });
      return call(`${this.agency.url}/v1/${name}?${query}`, { ...sent, method, headers });
    }
    const url = `${this.agency.url}/v1/${name}?key=${key}`;
    if (body === 'bytes') {
      const query = new URLSearchParams(input as Record<string, string>);
      return call(`${url}&${query}`, { ...sent, body: 'hello', headers: { 'content-type': 'application/octet-stream', ...headers } });
    }
    if (body !== 'simple') return call(url, { ...sent, body: input, headers });
    return call(url, { origin: this.origin, body: JSON.stringify(input), headers: { 'content-type': 'text/plain', ...headers } });
  }

  /** Calls any operation, which must succeed. */
  async call<Name extends OperationName>(name: Name, input: Input<Name>, headers: Record<string, string> = {}): Promise<Output<Name>> {
    const { status, body } = await this.try(name, input, headers);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Returns a completed sign-up form. */
  form(changes: Partial<Input<'accounts.signUp'>> = {}): Input<'accounts.signUp'> {
    people += 1;
    return {
      firstName: 'Robin',
      lastName: 'Meyer',
      email: `person-${people}@example.test`,
      password: 'Sunny-day-42',
      passwordConfirmation: 'Sunny-day-42',
      returnUrl: this.returnUrl,
      publicKey: this.publicKey,
      ...changes,
    };
  }

  async signUp(changes: Partial<Input<'accounts.signUp'>> = {}): Promise<Output<'accounts.signUp'>> {
    const form = this.form(changes);
    return this.#enter(form.email, await this.call('accounts.signUp', form));
  }

  async signIn(login: string, password = 'Sunny-day-42'): Promise<Output<'accounts.signIn'>> {
    return this.#enter(login, await this.call('accounts.signIn', { login, password, publicKey: this.publicKey }));
  }

  /**
   * Opens a new client, or another session of the same, as an agency with its own log-in does. It hashes no password and sends no mail: for
   * tests about something else.
   */
  async enter(): Promise<void> {
    const { firstName, lastName, email } = this.form(this.email ? { email: this.email } : {});
    const { url, keys, mode } = this.agency;
    const { status, body } = await call<Output<'sessions.mint'>>(`${url}/v1/sessions.mint`, {
      key: keys[mode].secret,
      body: { externalId: email, profile: { firstName, lastName, email } },
    });
    assert.equal(status, 200, JSON.stringify(body));
    this.#enter(email, body);
  }

  #enter<Entered extends Output<'sessions.mint' | 'accounts.signIn'>>(email: string, entered: Entered): Entered {
    this.email = email;
    this.clientId = entered.account.clientId;
    this.token = entered.session.token;
    this.refreshToken = entered.session.refreshToken ?? '';
    return entered;
  }

  /** Returns a proof (DPoP) for one address that this page holds its key. */
  async prove(url: string, changes: Record<string, unknown> = {}): Promise<{ refreshToken: string; proof: string }> {
    const ath = createHash('sha256').update(this.refreshToken).digest('base64url');
    const proof = await new SignJWT({
      jti: crypto.randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      htm: 'POST',
      htu: url,
      ath,
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.publicKey })
      .sign(this.#keys.privateKey);
    return { refreshToken: this.refreshToken, proof };
  }

  async refresh(): Promise<Reply<Output<'sessions.refresh'>>> {
    const reply = await this.try('sessions.refresh', await this.prove(`${this.agency.url}/v1/sessions.refresh`));
    if (reply.status === 200) this.token = reply.body.session.token;
    return reply;
  }

  async bootstrap(): Promise<Output<'bootstrap.read'>> {
    const refresh = this.refreshToken ? await this.prove(`${this.agency.url}/v1/bootstrap.read`) : undefined;
    return this.call('bootstrap.read', { ...(refresh && { refresh }) });
  }

  balance(): Promise<Output<'credits.balance'>> {
    return this.call('credits.balance', {});
  }
}
