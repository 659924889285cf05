import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { after } from 'node:test';
import { freePort } from '../../demo-site/free-port.ts';

/** What can happen to a conversation with the outside, in the order of its moments. */
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
] as const;
export type Moment = (typeof moments)[number];

/** The bytes of a protocol that a failure comes in the middle of. */
export interface Protocol {
  /** The head of a good answer to what was asked, which promises more than will come. */
  head(asked: string): string;
  /** Some of what it promised; over and over it is an answer without an end. */
  piece(asked: string): string;
  /** Whether the server speaks first. */
  greets?: boolean;
}

/** A server of the outside that fails at the moment it is told to. It ends with the test file. */
export interface Hostile {
  port: number;
  /** What happens to whoever comes from now on. Who was there before is cut off. */
  fail(moment: Moment): Promise<void>;
}

const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 89 + 7) % 256));
const ENDLESS_MS = 1;

export async function openHostile(protocol: Protocol): Promise<Hostile> {
  const sockets = new Set<Socket>();
  let moment: Moment = 'silent';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // who is tested hangs up as it likes
    socket.on('close', () => sockets.delete(socket));
    if (moment === 'reset after connect') return socket.resetAndDestroy();
    if (moment === 'closed after connect') return socket.end();
    const now = moment;
    if (protocol.greets) act(socket, now, protocol, '');
    else socket.once('data', (asked) => act(socket, now, protocol, asked.toString('latin1')));
    socket.resume();
  });
  const port = await freePort();
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  after(close);
  return {
    port,
    async fail(next) {
      moment = next;
      for (const socket of sockets) socket.destroy();
      if (next === 'refused') return close();
      if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
    },
  };
}

function act(socket: Socket, moment: Moment, { head, piece }: Protocol, asked: string): void {
  const begin = () => void socket.write(head(asked), 'latin1');
  const goOn = (bytes: string | Buffer) => void socket.write(bytes);
  const forEver = (bytes: string | Buffer) => {
    const timer = setInterval(() => socket.writableNeedDrain || goOn(bytes), ENDLESS_MS);
    socket.on('close', () => clearInterval(timer));
  };
  const acts: Partial<Record<Moment, () => void>> = {
    garbage: () => goOn(noise),
    'endless garbage': () => forEver(noise),
    'reset after the head': () => {
      socket.write(head(asked), 'latin1', () => setTimeout(() => socket.resetAndDestroy(), ENDLESS_MS));
    },
    'silent after the head': begin,
    'reset in the body': () => {
      socket.write(head(asked) + piece(asked), 'latin1', () => setTimeout(() => socket.resetAndDestroy(), ENDLESS_MS));
    },
    'closed half-way': () => socket.end(head(asked) + piece(asked), 'latin1'),
    endless: () => {
      begin();
      forEver(piece(asked));
    },
  };
  acts[moment]?.();
}

/** The same for packets, of which `refused`, `silent`, `garbage` and both endless ones can happen. */
export async function openHostileUdp({ piece }: Pick<Protocol, 'piece'>): Promise<Hostile> {
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
        const send = (bytes: string | Buffer) => socket.send(bytes, from.port, from.address, () => {}); // gone by now
        if (moment === 'garbage') send(noise);
        if (moment === 'endless garbage') timers.push(setInterval(send, ENDLESS_MS, noise));
        if (moment === 'endless') timers.push(setInterval(send, ENDLESS_MS, piece(asked.toString('latin1'))));
      });
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
    },
  };
}

/** A trunk that says `100 Trying` to whatever it is asked. */
export const sip: Protocol = {
  head: (asked) => answerOf(asked, 9_999),
  piece: (asked) => answerOf(asked, 0),
};

const answerOf = (asked: string, length: number): string =>
  [
    'SIP/2.0 100 Trying',
    ...asked.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line)),
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');
