import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { TrunkAccess } from '../../ports/index.ts';
import { parseAnswer, type SipAnswer, takeMessages } from './message.ts';

/** A connection to a trunk. */
export interface Wire {
  /** Our own `address:port`. */
  local: string;
  /** True if packets may be lost and must be repeated. */
  isLossy: boolean;
  send(text: string): void;
  close(): void;
}

export interface Heard {
  answer(answer: SipAnswer): void;
  /** Called when nothing more will come. */
  broken(error: Error): void;
}

interface To {
  address: string;
  port: number;
  /** The name in the certificate. */
  host: string;
}

/** Opens a connection that `signal` ends, whatever the trunk does. Throws errors of the network. */
export const openWire = (transport: TrunkAccess['transport'], to: To, heard: Heard, signal: AbortSignal): Promise<Wire> =>
  transport === 'udp' ? openUdp(to, heard, signal) : openStream(transport, to, heard, signal);

const hostPort = (address: string, port: number) => `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** Limit of received bytes: a test needs a few answers of some hundred bytes, and a web server's page is longer. */
const BYTES_MAX = 64 * 1024;

/** Counts received bytes, so that an endless answer is cut off. */
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
    if (isOpen) socket.close(); // closing twice would throw
    isOpen = false;
  };
  // From the start to the end: an error without a listener ends the process.
  socket.on('error', (error) => heard.broken(error));
  socket.on('message', (packet) => (isInBudget(packet) ? hear(packet.toString('latin1'), heard) : close()));
  signal.addEventListener('abort', () => {
    heard.broken(signal.reason);
    close();
  });
  try {
    // Connected, so that other senders' packets are dropped and a closed port is reported.
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
    // Sending on a closed socket would throw.
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
  // From the start to the end: an error without a listener ends the process.
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
