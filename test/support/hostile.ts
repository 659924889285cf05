import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { freePort } from '../../demo-site/free-port.ts';

/** Failures of a conversation with a provider, in the order of their moments. */
export const moments = [
  'refused',
  'reset after connect',
  'closed after connect',
  'silent',
  'garbage',
  'endless garbage',
  'reset after the head',
  'silent after the head',
  'reset in the body',
  'closed half-way',
  'endless',
  'flood',
] as const;
export type Moment = (typeof moments)[number];

/** Failures before the request, which the server cannot choose by its content. */
export const beforeAsked: readonly Moment[] = ['refused', 'reset after connect', 'closed after connect'];

/** Bytes of a protocol that a failure interrupts. */
export interface Protocol {
  /** The head of a good answer, which promises more than will come. */
  head(asked: string): string;
  /** A part of the promised answer; repeated it never ends. */
  piece(asked: string): string;
}

/** A server that fails at a chosen moment. It ends with the test file. */
export interface Hostile {
  port: number;
  /** Sets the failure of new connections, and cuts off present ones. */
  fail(moment: Moment): Promise<void>;
  /** Sets the failure of all connections, from their next request on. */
  failMidway(moment: Moment): void;
  /** Sets the failure of requests that contain these words. */
  failFor(words: string, moment: Moment): void;
  /** Forwards everything to a working server. */
  heal(): Promise<void>;
}

const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 89 + 7) % 256));
const ENDLESS_MS = 1;
const FLOOD_PIECES = 1_000;

/**
 * @param behind address of a working server
 * @param isTls whether it speaks TLS, with a certificate for `*.tls.test`
 */
export async function openHostile(
  protocol: Protocol,
  { behind, isTls = false }: { behind?: NetConnectOpts; isTls?: boolean } = {},
): Promise<Hostile> {
  const sockets = new Set<Socket>();
  const chosen = new Map<string, Moment>();
  let now: Moment | undefined;
  const momentOf = (asked: string) => [...chosen].find(([words]) => asked.includes(words))?.[1] ?? now;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // the tested side may hang up
    socket.on('close', () => sockets.delete(socket));
  };
  const pass = (socket: Socket, asked: Buffer) => {
    if (behind === undefined) return void socket.destroy();
    const server = connect(behind);
    const end = () => void socket.destroy();
    keep(server);
    server.write(asked);
    server.pipe(socket);
    server.on('close', end);
    socket.on('close', () => server.destroy());
    socket.on('data', (more) => {
      const text = more.toString('latin1');
      const moment = momentOf(text);
      if (!moment) return void server.write(more);
      socket.removeAllListeners('data');
      server.off('close', end).unpipe(socket).destroy();
      act(socket, moment, protocol, text);
    });
  };
  const server = makeServer(isTls, (socket) => {
    keep(socket);
    if (now === 'reset after connect') return void reset(socket);
    if (now === 'closed after connect') return void socket.end();
    socket.once('data', (asked) => {
      const text = asked.toString('latin1');
      const moment = momentOf(text);
      if (moment) act(socket, moment, protocol, text);
      else pass(socket, asked);
    });
  });
  const port = await freePort();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const open = async () => {
    if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  const close = async () => {
    cut();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  after(close);
  return {
    port,
    async fail(moment) {
      now = moment;
      cut();
      await (moment === 'refused' ? close() : open());
    },
    failMidway(moment) {
      now = moment;
    },
    failFor: (words, moment) => void chosen.set(words, moment),
    async heal() {
      now = undefined;
      cut();
      await open();
    },
  };
}

function makeServer(isTls: boolean, take: (socket: Socket) => void): Server {
  if (!isTls) return createServer(take);
  const read = (name: string) => readFileSync(`test/fixtures/tls/${name}.pem`);
  const server = createTlsServer({ key: read('key'), cert: read('certificate') }, take);
  server.on('connection', (socket) => below.set(`${socket.remotePort}>${socket.localPort}`, socket));
  return server;
}

/** The sockets below TLS, because only those can be reset. */
const below = new Map<string, Socket>();
const reset = (socket: Socket) => (below.get(`${socket.remotePort}>${socket.localPort}`) ?? socket).resetAndDestroy();

/** Lets a connection fail at a moment after a request. */
export function act(socket: Socket, moment: Moment, { head, piece }: Protocol, asked: string): void {
  const say = (bytes: string | Buffer, then?: () => void) => void socket.write(bytes, 'latin1', then);
  const forEver = (bytes: string | Buffer) => {
    const timer = setInterval(() => socket.writableNeedDrain || say(bytes), ENDLESS_MS);
    socket.on('close', () => clearInterval(timer));
  };
  const resetSoon = () => setTimeout(() => reset(socket), ENDLESS_MS);
  const acts: Partial<Record<Moment, () => void>> = {
    garbage: () => say(noise),
    'endless garbage': () => forEver(noise),
    'reset after connect': resetSoon,
    'closed after connect': () => socket.end(),
    'reset after the head': () => say(head(asked), resetSoon),
    'silent after the head': () => say(head(asked)),
    'reset in the body': () => say(head(asked) + piece(asked), resetSoon),
    'closed half-way': () => socket.end(head(asked) + piece(asked), 'latin1'),
    endless: () => {
      say(head(asked));
      forEver(piece(asked));
    },
    // As much as the buffers hold, for a reader that takes single bytes.
    flood: () => {
      say(head(asked));
      forEver(piece(asked).repeat(FLOOD_PIECES));
    },
  };
  socket.resume();
  acts[moment]?.();
}

/** Failures that are possible with packets. */
export const momentsOfPackets: readonly Moment[] = ['refused', 'silent', 'garbage', 'endless garbage', 'endless'];

export async function openHostileUdp({ piece }: Pick<Protocol, 'piece'>): Promise<Pick<Hostile, 'port' | 'fail'>> {
  const port = await freePort();
  let close = async () => {};
  after(() => close());
  return {
    port,
    async fail(moment) {
      await close();
      if (moment === 'refused') return;
      const socket = createSocket('udp4');
      const timers: NodeJS.Timeout[] = [];
      close = async () => {
        for (const timer of timers) clearInterval(timer);
        await new Promise<void>((resolve) => socket.close(() => resolve()));
        close = async () => {};
      };
      socket.on('message', (asked, from) => {
        const send = (bytes: string | Buffer) => socket.send(bytes, from.port, from.address, () => {}); // it may be gone by now
        if (moment === 'garbage') send(noise);
        if (moment === 'endless garbage') timers.push(setInterval(send, ENDLESS_MS, noise));
        if (moment === 'endless') timers.push(setInterval(send, ENDLESS_MS, piece(asked.toString('latin1'))));
      });
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
    },
  };
}

/** A trunk that answers `100 Trying` to every request. */
export const sip: Protocol = {
  head: (asked) => trying(asked, 9_999),
  piece: (asked) => trying(asked, 0),
};

const trying = (asked: string, length: number): string =>
  [
    'SIP/2.0 100 Trying',
    ...asked.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line)),
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');

/** Returns the expected result of a trunk test. Bytes that are not SIP yet may become SIP, so the test waits; a handshake fails at once. */
export function resultOf(moment: Moment, { isHandshake }: { isHandshake: boolean }): 'timeout' | 'unreachable' {
  const isWaitedFor = moment === 'silent' || (!isHandshake && (moment === 'silent after the head' || moment === 'garbage'));
  return isWaitedFor ? 'timeout' : 'unreachable';
}

/** An answer of a content type, in chunks. */
export const http = (type: string): Protocol => ({
  head: () => `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  piece: () => `400\r\n${'{"object":"list",'.padEnd(1024)}\r\n`,
});

/** A database that announces the size of its answer, and sends a part. */
export const mongo: Protocol = {
  head: () => '\xff\x03\x00\x00',
  piece: () => 'x'.repeat(256),
};
