import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Digest } from './digest.ts';
import { answerTo, format, headerOf, parseMessage, type SipMessage } from './message.ts';

/**
 * How a trunk answers: everybody, callers with the password (challenging as a server, 401, or as a proxy, 407), nobody, not at all, or out
 * of order.
 */
export const behaviours = ['password', 'proxy-password', 'open', 'forbidden', 'silent', 'unavailable'] as const;
export type Behaviour = (typeof behaviours)[number];

export interface TrunkState {
  behaviour: Behaviour;
  username: string;
  password: string;
}

export const trunkAtFirst: TrunkState = { behaviour: 'password', username: 'trunk', password: 'ring-ring' };

/** A request that reached the trunk, with its final answer; null before that. */
export interface Reached {
  method: string;
  /** The called number or address. */
  to: string;
  transport: 'udp' | 'tcp';
  status: number | null;
}

export interface Peer {
  transport: 'udp' | 'tcp';
  address: string;
  port: number;
  send(text: string): void;
}

/** A call from the first ring to its end. */
interface Ringing {
  invite: SipMessage;
  peer: Peer;
  tag: string;
  reached: Reached;
  state: 'ringing' | 'answered' | 'talking' | 'over';
}

const ringMillis = 150;
/** A call that its caller forgets is ended after this time. */
const talkMillis = 3_000;
const resendMillis = 500;
const resentMost = 6;
const reachedMost = 200;

/** The far end of a SIP trunk. */
export class Trunk {
  readonly #world: { trunk: TrunkState };
  readonly #digest = new Digest();
  readonly #ringing = new Map<string, Ringing>();
  #reached: Reached[] = [];

  constructor(world: { trunk: TrunkState }) {
    this.#world = world;
  }

  get reached(): readonly Reached[] {
    return this.#reached;
  }

  take(text: string, peer: Peer): void {
    const message = parseMessage(text);
    if (!message || message.start.startsWith('SIP/')) return; // answers to our own BYE need nothing more
    const [method = '', uri = ''] = message.start.split(' ');
    const request = {
      ...message,
      headers: message.headers.map(([name, value], at) => [name, at === 0 && name === 'via' ? received(value, peer) : value] as const),
    };
    const call = this.#ringing.get(headerOf(request, 'call-id') ?? '');
    if (this.#world.trunk.behaviour === 'silent') this.#note({ method, to: uri, transport: peer.transport, status: null });
    else if (method === 'ACK') this.#acknowledged(call);
    else if (method === 'CANCEL' || method === 'BYE') this.#hungUp(request, peer, call);
    else if (method === 'INVITE' && call)
      return; // repeated, and answered already
    else this.#answer(request, peer, { method, uri });
  }

  #answer(request: SipMessage, peer: Peer, { method, uri }: { method: string; uri: string }): void {
    const tag = randomBytes(6).toString('hex');
    const reached: Reached = { method, to: uri, transport: peer.transport, status: null };
    this.#note(reached);
    const refusal = this.#refusal(request, method);
    if (refusal) {
      const [status, reason, ...more] = refusal;
      reached.status = status;
      peer.send(answerTo(request, status, reason, { tag, more }));
    } else if (method === 'INVITE') {
      void this.#ring({ invite: request, peer, tag, reached, state: 'ringing' });
    } else {
      reached.status = method === 'OPTIONS' ? 200 : 405;
      const more = [['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS']] as const;
      peer.send(answerTo(request, reached.status, method === 'OPTIONS' ? 'OK' : 'Method Not Allowed', { tag, more }));
    }
  }

  #refusal(request: SipMessage, method: string): [number, string, ...(readonly [string, string])[]] | undefined {
    const { behaviour, ...account } = this.#world.trunk;
    if (behaviour === 'forbidden') return [403, 'Forbidden'];
    if (behaviour === 'unavailable') return [503, 'Service Unavailable'];
    if (behaviour === 'open') return undefined;
    const isProxy = behaviour === 'proxy-password';
    const checked = this.#digest.check(headerOf(request, isProxy ? 'proxy-authorization' : 'authorization'), method, account);
    if (checked === 'right') return undefined;
    if (checked === 'wrong') return [403, 'Forbidden'];
    const challenge = this.#digest.challenge();
    return isProxy
      ? [407, 'Proxy Authentication Required', ['Proxy-Authenticate', challenge]]
      : [401, 'Unauthorized', ['WWW-Authenticate', challenge]];
  }

  /** Rings, answers, and hangs up if the caller does not. */
  async #ring(call: Ringing): Promise<void> {
    const { invite, peer, tag } = call;
    const id = headerOf(invite, 'call-id') ?? '';
    const contact = ['Contact', `<sip:test@${peer.address}>`] as const;
    this.#ringing.set(id, call);
    peer.send(answerTo(invite, 100, 'Trying', { tag }));
    peer.send(answerTo(invite, 180, 'Ringing', { tag, more: [contact] }));
    await wait(ringMillis, undefined, { ref: false });
    if (call.state === 'ringing') {
      await this.#talk(call, answerTo(invite, 200, 'OK', { tag, more: [contact, ['Content-Type', 'application/sdp']], body: silence }));
    }
    this.#ringing.delete(id);
  }

  async #talk(call: Ringing, answer: string): Promise<void> {
    const { peer, reached } = call;
    const isIn = (state: Ringing['state']) => call.state === state;
    call.state = 'answered';
    reached.status = 200;
    for (let sent = 0; isIn('answered') && sent < resentMost; sent++) {
      peer.send(answer);
      await wait(resendMillis, undefined, { ref: false }); // until somebody confirms its arrival
    }
    await wait(talkMillis, undefined, { ref: false });
    if (!isIn('over')) peer.send(goodbye(call));
  }

  #acknowledged(call: Ringing | undefined): void {
    if (call?.state === 'answered') call.state = 'talking';
  }

  #hungUp(request: SipMessage, peer: Peer, call: Ringing | undefined): void {
    const isCancel = request.start.startsWith('CANCEL');
    if (!call) {
      peer.send(answerTo(request, 481, 'Call/Transaction Does Not Exist', { tag: 'none' }));
      return;
    }
    peer.send(answerTo(request, 200, 'OK', { tag: call.tag }));
    if (isCancel && call.state === 'ringing') {
      call.reached.status = 487;
      peer.send(answerTo(call.invite, 487, 'Request Terminated', { tag: call.tag }));
    }
    if (!isCancel || call.state === 'ringing') call.state = 'over';
  }

  #note(reached: Reached): void {
    this.#reached = [reached, ...this.#reached].slice(0, reachedMost);
  }
}

/** Adds the sender's address to a Via header, because a proxy may not know it (RFC 3261, 18.2.1; RFC 3581). */
const received = (via: string, { address, port }: Peer): string =>
  via.includes(';received=') ? via : `${via.replace(/;rport(?=;|,|$)/, `;rport=${port}`)};received=${address}`;

/** Ends a call from the called side, with its directions swapped. */
function goodbye({ invite, tag, peer }: Ringing): string {
  const target = /<([^>]+)>/.exec(headerOf(invite, 'contact') ?? '')?.[1] ?? `sip:${peer.address}:${peer.port}`;
  return format(`BYE ${target} SIP/2.0`, [
    ['Via', `SIP/2.0/${peer.transport.toUpperCase()} ${peer.address};branch=z9hG4bK${randomBytes(8).toString('hex')}`],
    ['Max-Forwards', '70'],
    ['From', `${headerOf(invite, 'to')};tag=${tag}`],
    ['To', headerOf(invite, 'from') ?? ''],
    ['Call-ID', headerOf(invite, 'call-id') ?? ''],
    ['CSeq', '1 BYE'],
  ]);
}

/** Sends no sound: it goes to port 9, which discards it. */
const silence = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 0', ''].join('\r\n');
