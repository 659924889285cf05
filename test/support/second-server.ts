import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import mongoose from 'mongoose';
import { createApp } from '../../api/app.ts';
import { createDirectory } from '../../api/domain/directory/directory.ts';
import type { TestApi } from './api.ts';

/**
 * Starts a second API on the same database, with its own caches, as another process has.
 * @returns its address
 */
export async function startSecond({ deps }: TestApi): Promise<string> {
  const server = createServer(createApp({ ...deps, directory: createDirectory() }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const isPaid = (purchaseId: string) => async (): Promise<boolean> =>
  (await mongoose.connection.collection('purchases').findOne({ _id: purchaseId as never }))?.state === 'paid';
