import type { AddressInfo, Server } from 'node:net';

/**
 * Listens and resolves with the port.
 * @throws Error one sentence that names the port and the variable that changes it, when another program has it
 */
export function listen(server: Server, port: number, host: string, variable: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is taken by another program; set ${variable} to a free one.`, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
