import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { TrunkAccess } from '../../ports/index.ts';
import { answerChallenge } from './digest.ts';
import { composeMessage, type SipAnswer, type SipRequest } from './message.ts';
import type { Heard, Wire } from './wire.ts';

/** Time for a trunk to answer. */
const ANSWER_MS = 4_000;
/** Delay before a packet that may be lost is repeated first (RFC 3261, T1); it doubles each time. */
const AGAIN_MS = 500;

/** No answer came in time. */
export class SilentError extends Error {}

/** One dialog with a trunk. Its requests share a Call-ID. */
export class SipCall implements Heard {
  wire: Wire | undefined;
  readonly #access: TrunkAccess;
  readonly #uri: string;
  readonly #number: string;
  readonly #callId = randomBytes(16).toString('hex');
  readonly #tag = randomBytes(6).toString('hex');
  readonly #heard: SipAnswer[] = [];
  #seq = 0;
  #broken: Error | undefined;
  #wake = () => {};

  constructor(access: TrunkAccess, number: string) {
    this.#access = access;
    this.#number = number;
    const host = isIPv6(access.host) ? `[${access.host}]` : access.host;
    this.#uri = `sip:${number}@${host}`;
  }

  answer(answer: SipAnswer): void {
    if (answer.callId !== this.#callId) return;
    this.#heard.push(answer);
    this.#wake();
  }

  broken(error: Error): void {
    this.#broken ??= error;
    this.#wake();
  }

  /**
   * Sends a request, and again with credentials if the trunk asks for them.
   * @returns the first answer that `isEnough` accepts; 401 or 407 without accepted credentials
   */
  async ask(method: 'OPTIONS' | 'INVITE', isEnough: (answer: SipAnswer) => boolean): Promise<SipAnswer> {
    const first = await this.#exchange(method, undefined, isEnough);
    const proof = this.#proof(method, first);
    return proof ? this.#exchange(method, proof, isEnough) : first;
  }

  /** Ends a ringing (CANCEL) or answered call (BYE). Ignores a trunk that does not answer. */
  async hangUp(last: SipAnswer, branch = this.#branch): Promise<void> {
    if (last.status >= 200) {
      this.#send('ACK', last.seq, { to: last });
      this.#seq += 1;
      this.#send('BYE', this.#seq, { to: last });
      await this.#next(({ method }) => method === 'BYE').catch(ignoreSilence);
      return;
    }
    this.#send('CANCEL', last.seq, { branch });
    const ended = await this.#next(({ method, status }) => method === 'INVITE' && status >= 200).catch(ignoreSilence);
    if (!ended) return;
    // The call was answered while our CANCEL was on its way.
    if (ended.status < 300) return this.hangUp(ended, branch);
    this.#send('ACK', ended.seq, { to: ended, branch });
  }

  #branch = '';

  async #exchange(method: 'OPTIONS' | 'INVITE', proof: readonly [string, string] | undefined, isEnough: (answer: SipAnswer) => boolean) {
    this.#seq += 1;
    const seq = this.#seq;
    this.#branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
    const branch = this.#branch;
    const again = new AbortController();
    this.#send(method, seq, { proof, branch });
    void this.#repeat(() => this.#send(method, seq, { proof, branch }), again.signal);
    try {
      const answer = await this.#next((heard) => {
        if (heard.seq !== seq || heard.method !== method) return false;
        again.abort(); // it has arrived
        return isEnough(heard) || heard.status >= 300;
      });
      // A refused call must be acknowledged, or the trunk repeats the refusal.
      if (method === 'INVITE' && answer.status >= 300) this.#send('ACK', seq, { to: answer, branch });
      return answer;
    } catch (error) {
      // A call without an answer would ring later, with nobody at this end.
      if (method === 'INVITE') this.#send('CANCEL', seq, { branch });
      throw error;
    } finally {
      again.abort();
    }
  }

  #proof(method: string, { status, headers }: SipAnswer): readonly [string, string] | undefined {
    const { username, password = '' } = this.#access;
    if ((status !== 401 && status !== 407) || username === undefined) return undefined;
    const [asked, name] = status === 401 ? ['www-authenticate', 'Authorization'] : ['proxy-authenticate', 'Proxy-Authorization'];
    const proof = answerChallenge(headers.get(asked) ?? [], { username, password, method, uri: this.#uri });
    return proof === undefined ? undefined : [name, proof];
  }

  async #repeat(send: () => void, signal: AbortSignal): Promise<void> {
    if (!this.wire?.isLossy) return;
    for (let ms = AGAIN_MS; ms < ANSWER_MS; ms *= 2) {
      await wait(ms, undefined, { signal }).catch(() => undefined); // aborted: it has arrived
      if (signal.aborted) return;
      send();
    }
  }

  /** Returns the next answer that `isMeant` accepts. Throws `SilentError` after a silence, and errors of the network. */
  async #next(isMeant: (answer: SipAnswer) => boolean): Promise<SipAnswer> {
    for (;;) {
      for (let answer = this.#heard.shift(); answer; answer = this.#heard.shift()) if (isMeant(answer)) return answer;
      if (this.#broken) throw this.#broken;
      const woken = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), ANSWER_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      if (!woken) throw new SilentError('the trunk said nothing');
    }
  }

  #send(
    method: SipRequest['method'],
    seq: number,
    {
      proof,
      to,
      branch = `z9hG4bK${randomBytes(8).toString('hex')}`,
    }: { proof?: readonly [string, string] | undefined; to?: SipAnswer; branch?: string },
  ): void {
    const { wire } = this;
    if (!wire) return;
    const { transport } = this.#access;
    const isCall = method === 'INVITE';
    const body = isCall ? offer(wire.local) : '';
    const request: SipRequest = {
      method,
      uri: this.#uri,
      headers: [
        ['Via', `SIP/2.0/${transport.toUpperCase()} ${wire.local};branch=${branch};rport`],
        ['Max-Forwards', '70'],
        ['From', `<${this.#uri}>;tag=${this.#tag}`],
        ['To', to?.headers.get('to')?.[0] ?? `<${this.#uri}>`],
        ['Call-ID', this.#callId],
        ['CSeq', `${seq} ${method}`],
        ['Contact', `<sip:${this.#number}@${wire.local};transport=${transport}>`],
        ['User-Agent', 'Trunk test'],
        ...(proof ? [proof] : []),
        ...(isCall ? [['Content-Type', 'application/sdp'] as const] : []),
      ],
      body,
    };
    wire.send(composeMessage(request));
  }
}

/** Ignores errors once the result is known. */
function ignoreSilence(error: unknown): undefined {
  if (!(error instanceof Error)) throw error;
}

/** Builds an offer of audio that nobody uses: the call ends before. */
function offer(local: string): string {
  const address = local.replace(/:\d+$/, '').replace(/[[\]]/g, '');
  const where = `IN ${isIPv6(address) ? 'IP6' : 'IP4'} ${address}`;
  return ['v=0', `o=- 1 1 ${where}`, 's=-', `c=${where}`, 't=0 0', 'm=audio 9 RTP/AVP 0', 'a=inactive', ''].join('\r\n');
}
