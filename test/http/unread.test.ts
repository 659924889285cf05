import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type AddressInfo, connect } from 'node:net';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createLimitedServer, serverLimits } from '../../api/http/timeouts.ts';

const STILL_MS = 1_000;
/** Larger than the system's buffers of both ends. */
const LARGE = Buffer.alloc(32 * 1024 * 1024);

/** The API's server with shorter timeouts and large or late answers. */
const server = createLimitedServer(
  (req, res) => {
    if (req.url === '/large') res.end(LARGE);
    else setTimeout(() => res.end('late'), 2.5 * STILL_MS);
  },
  { ...serverLimits, stillMs: STILL_MS },
);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close().closeAllConnections());

/**
 * Sends a request without reading.
 * @returns both ends of the connection
 */
async function ask(path: string): Promise<{ here: Socket; there: Socket }> {
  const taken = once(server, 'connection') as Promise<[Socket]>;
  const here = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  here.on('error', () => {}); // the test expects to be cut off
  here.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const [there] = await taken;
  return { here, there };
}

test('the server SX8: an unread answer is kept for a limited time', async () => {
  const { there } = await ask('/large');
  await once(there, 'close', { signal: AbortSignal.timeout(30_000) });
  assert.ok(there.bytesWritten >= LARGE.length, 'it was answered');
});

test('the server SX8: an answer that is read slowly arrives completely', async () => {
  const { here } = await ask('/large');
  let bytes = 0;
  const startedAt = performance.now();
  for await (const chunk of here) {
    const before = bytes;
    bytes += chunk.length;
    if (before >> 20 !== bytes >> 20) await wait(100);
  }
  assert.ok(bytes > LARGE.length, `${bytes} came`);
  assert.ok(performance.now() - startedAt > 2.5 * STILL_MS, 'much later than one who does not read is cut off');
});

test('the server SX8: a client that waits for an answer is not cut off', async () => {
  const { here } = await ask('/late');
  let text = '';
  for await (const chunk of here) text += chunk;
  assert.match(text, /200 OK[\s\S]*late$/);
});
