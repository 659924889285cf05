import { createServer } from 'node:net';

/** Below the ports that systems choose for outgoing connections or on request, so that nobody takes a port between finding and using it. */
const range = { from: 10_100, to: 32_000 };
const TRIES_MAX = 100;

/** Finds a free port that others who look for one will hardly find. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from));
    if (await isFree(port)) return port;
  }
  throw new Error('No free port was found.');
}

const isFree = (port: number): Promise<boolean> =>
  listenOn(port).then(
    () => true,
    () => false,
  );

/** Listens for a moment and closes again. Rejects with the system's error. */
export function listenOn(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
