import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and to whoever asks for any port: nobody gets it between being found and being used. */
const range = { from: 10_100, to: 32_000 };
const TRIES_MAX = 100;

/** A port that is free now, and that others who look for one will hardly find. */
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

/** Listens for a moment and lets go again. Rejects with the system's error. */
export function listenOn(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
