import { writeSync } from 'node:fs';
import { connectDatabase } from '../../../api/database/connect.ts';
import { placeOrder } from '../../../api/domain/orders/orders.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { depsAt, findClient, orderOf, type Script } from './script.ts';

/** The orders of another process, and the point where its power is cut. */
export interface Shopping {
  uri: string;
  name: string;
  orders: { orderId: string; script: Script }[];
  /** The power is cut the nth time this point is reached. */
  crash: { point: CrashPoint; at: number };
}

const { uri, name, orders, crash } = JSON.parse(process.argv[2] ?? '') as Shopping;
const database = await connectDatabase({ uri, dataDir: '', log: { info: () => {} } });
const { access, client } = await findClient(name);
let hits = 0;
const deps = depsAt(
  () => new Date(),
  (point) => {
    if (point === crash.point) hits += 1;
    if (hits === crash.at) process.kill(process.pid, 'SIGKILL');
  },
);

async function buy(): Promise<void> {
  for (let next = orders.shift(); next; next = orders.shift()) {
    const { state } = await placeOrder(access, client, orderOf(next.orderId, next.script), deps);
    writeSync(1, `${next.orderId} ${state}\n`);
  }
}

await Promise.all(Array.from({ length: 4 }, buy));
await database.close();
