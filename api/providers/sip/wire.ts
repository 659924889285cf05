import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { TrunkAccess } from '../../ports/index.ts';
import { parseAnswer, type SipAnswer, takeMessages } from './message.ts';

/** A way to a trunk and back. */
export interface Wire {
  /** Where we are, as `address:port`. */
  local: string;
  /** Whether what is sent may be lost, and has to be sent again. */
  isLossy: boolean;
  send(text: string): void;
  close(): void;
}

export interface Heard {
  answer(answer: SipAnswer): void;
  /** Nothing more comes. */
  broken(error: Error): void;
}

interface To {
  address: string;
  port: number;
  /** For the certificate. */
  host: string;
}

/** Opens the way until `signal` ends it, whatever the trunk does. Throws what the network says. */
export const openWire = (transport: TrunkAccess['transport'], to: To, heard: Heard, signal: AbortSignal): Promise<Wire> =>
  transport === 'udp' ? openUdp(to, heard, signal) : openStream(transport, to, heard, signal);

const hostPort = (address: string, port: number) => `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** What a whole test may bring: a few answers of some hundred bytes each, and a web server's page is more. */
const BYTES_MAX = 64 * 1024;

/** Counts what comes in, so that a trunk that talks without an end is not listened to without an end. */
function budgetOf(heard: Heard) {
  let left = BYTES_MAX;
  return (bytes: Buffer): boolean => {
    left -= bytes.length;
    if (left < 0) heard.broken(new Error('the trunk says too much'));
    return left >= 0;
  };
}

const hear = (text: string, heard: Heard) => {
  const answer = parseAnswer(text);
  if (answer) heard.answer(answer);
};

async function openUdp({ address, port }: To, heard: Heard, signal: AbortSignal): Promise<Wire> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const isInBudget = budgetOf(heard);
  let isOpen = true;
  const close = () => {
    if (isOpen) socket.close(); // a second time it would throw
    isOpen = false;
  };
  // From the first moment to the last: an error that nobody listens to ends the process.
  socket.on('error', (error) => heard.broken(error));
  socket.on('message', (packet) => (isInBudget(packet) ? hear(packet.toString('latin1'), heard) : close()));
  signal.addEventListener('abort', () => {
    heard.broken(signal.reason);
    close();
  });
  try {
    // Connected, so that nobody else's packets come in, and a closed port is told.
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
  } catch (error) {
    close();
    throw error;
  }
  const here = socket.address();
  return {
    local: hostPort(here.address, here.port),
    isLossy: true,
    // What is closed throws.
    send(text) {
      if (isOpen) socket.send(text);
    },
    close,
  };
}

async function openStream(transport: 'tcp' | 'tls', { address, port, host }: To, heard: Heard, signal: AbortSignal): Promise<Wire> {
  const socket: Socket =
    transport === 'tls'
      ? connectTls({ host: address, port, ...(host !== address && { servername: host }) })
      : connect({ host: address, port });
  const isInBudget = budgetOf(heard);
  // From the first moment to the last: an error that nobody listens to ends the process.
  socket.on('error', (error) => heard.broken(error));
  socket.on('close', () => heard.broken(new Error('the connection was closed')));
  addAbortSignal(signal, socket);
  try {
    await once(socket, transport === 'tls' ? 'secureConnect' : 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  let rest: Buffer | undefined = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest && isInBudget(chunk) ? takeMessages(Buffer.concat([rest, chunk]), (text) => hear(text, heard)) : undefined;
    if (!rest) socket.destroy(new Error('this is no SIP'));
  });
  return {
    local: hostPort(socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0),
    isLossy: false,
    send: (text) => void socket.write(text),
    close: () => socket.destroy(),
  };
}
