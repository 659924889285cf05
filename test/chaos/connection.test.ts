import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import test from 'node:test';
import { GuardedConnection } from '../../api/database/connection.ts';

/** The driver's private method to send a command. */
interface Commands {
  command(namespace: { db: string }, command: object): Promise<unknown>;
}

test('system.ready F07: a command written as the database goes away fails at once instead of waiting', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  const connection = new GuardedConnection(socket, { hostAddress: 'database', generation: 0 }) as unknown as Commands; // the driver's type
  socket.resume();
  await once(socket, 'end');
  socket.destroy(); // its `close` comes later, and until then the driver takes it for open
  const outcome = connection.command({ db: 'admin' }, { ping: 1 }).then(
    () => 'answered',
    ({ name }: Error) => name,
  );
  const timeout = new Promise((resolve) => setTimeout(resolve, 2_000, 'still waiting').unref());
  assert.equal(await Promise.race([outcome, timeout]), 'MongoNetworkError');
  server.close();
});

for (const size of [-1, 0, 15, 0x78787878]) {
  test(`system.ready SX1: a message that says to have ${size} bytes ends the connection at once, and nothing else`, async () => {
    const server = createServer((socket) => {
      const bytes = Buffer.alloc(20);
      bytes.writeInt32LE(size);
      socket.on('error', () => {}); // the tested side hangs up
      socket.once('data', () => void socket.write(bytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
    // the driver's type
    const connection = new GuardedConnection(socket, { hostAddress: 'database', generation: 0 }) as unknown as Commands;
    await assert.rejects(connection.command({ db: 'admin' }, { ping: 1 }), { name: 'MongoNetworkError' });
    server.close();
  });
}
