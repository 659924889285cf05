import { writeSync } from 'node:fs';
import { connectDatabase } from '../../api/database/connect.ts';
import { recharge } from '../../api/domain/credits.ts';
import { chargeCall } from '../../api/domain/usage.ts';
import type { ClientScope } from '../../api/models/scope.ts';

/** What a process of its own is told to do on the database of another: first give credits, then charge calls, so many at a time. */
export interface Work {
  uri: string;
  gifts?: { client: ClientScope; requestId: string; millis: number }[];
  calls: { client: ClientScope; callId: string; seconds: number }[];
  atOnce: number;
}

const { uri, gifts = [], calls, atOnce } = JSON.parse(process.argv[2] ?? '') as Work;
const database = await connectDatabase({ uri, dataDir: '', log: { info: () => {} } });
// Written before the next line runs, so that what the other side has read was acknowledged for certain.
const say = (line: string) => writeSync(1, `${line}\n`);

async function work(): Promise<void> {
  for (let next = calls.shift(); next; next = calls.shift()) {
    const { client, ...call } = next;
    try {
      const { repeated } = await chargeCall(client, { ...call, rounding: { by: 'second' }, ...by });
      say(`${call.callId} ${repeated ? 'repeated' : 'charged'}`);
    } catch (error) {
      say(`${call.callId} ${error instanceof Error && 'code' in error ? error.code : String(error)}`);
    }
  }
}

const by = { actor: 'test', at: new Date() };
for (const { client, ...gift } of gifts) await recharge(client, { ...gift, ...by });
await Promise.all(Array.from({ length: atOnce }, work));
await database.close();
