import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../listen.ts';
import { split } from './message.ts';
import type { Trunk } from './trunk.ts';

export interface TrunkServer {
  port: number;
  close(): Promise<void>;
}

const portsTried = 10;

/**
 * Listens for SIP on one port, by UDP and by TCP.
 * @throws Error one sentence, when the port is taken
 */
export async function openTrunk(trunk: Trunk, wanted: number, host: string): Promise<TrunkServer> {
  const connections = new Set<Socket>();
  for (let tried = 1; ; tried++) {
    const tcp = createServer((socket) => talk(trunk, socket, connections));
    const port = await listen(tcp, wanted, host, 'SANDBOX_SIP_PORT');
    const udp = createSocket('udp4');
    try {
      await bind(udp, port, host);
    } catch (error) {
      await closed(tcp);
      // Any port will do, and this one is free for only one of the two.
      if (wanted === 0 && tried < portsTried) continue;
      throw new Error(`Port ${port} is taken by another program; set SANDBOX_SIP_PORT to a free one.`, { cause: error });
    }
    udp.on('message', (bytes, { address, port: from }) => {
      trunk.take(bytes.toString(), { transport: 'udp', address, port: from, send: (text) => udp.send(text, from, address) });
    });
    return { port, close: () => end(tcp, udp, connections) };
  }
}

function talk(trunk: Trunk, socket: Socket, connections: Set<Socket>): void {
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
  socket.on('error', () => socket.destroy()); // a caller that hangs up is no problem here
  const { remoteAddress: address = '', remotePort: port = 0 } = socket;
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    const { messages, rest } = split(received + text);
    received = rest;
    for (const message of messages) {
      trunk.take(message, { transport: 'tcp', address, port, send: (answer) => void (socket.writable && socket.write(answer)) });
    }
  });
}

function bind(udp: UdpSocket, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    udp.once('error', (error) => {
      udp.close();
      reject(error);
    });
    udp.bind(port, host, resolve);
  });
}

const closed = (tcp: Server): Promise<void> => new Promise((resolve) => tcp.close(() => resolve()));

async function end(tcp: Server, udp: UdpSocket, connections: Set<Socket>): Promise<void> {
  for (const socket of connections) socket.destroy();
  await Promise.all([closed(tcp), new Promise<void>((resolve) => udp.close(() => resolve()))]);
}
