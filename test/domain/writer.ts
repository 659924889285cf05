import { writeSync } from 'node:fs';
import { connectDatabase } from '../../api/database/connect.ts';
import { chargeCall } from '../../api/domain/usage.ts';
import type { ClientScope } from '../../api/models/scope.ts';

/** What a process of its own is told to do: charge these calls, so many at a time, on the database of another process. */
export interface Work {
  uri: string;
  calls: { client: ClientScope; callId: string; seconds: number }[];
  atOnce: number;
}

const { uri, calls, atOnce } = JSON.parse(process.argv[2] ?? '') as Work;
const database = await connectDatabase({ uri, dataDir: '', log: { info: () => {} } });
// Written before the next line runs, so that what the other side has read was acknowledged for certain.
const say = (line: string) => writeSync(1, `${line}\n`);

async function work(): Promise<void> {
  for (let next = calls.shift(); next; next = calls.shift()) {
    const { client, ...call } = next;
    try {
      const { repeated } = await chargeCall(client, { ...call, rounding: { by: 'second' }, actor: 'test', at: new Date() });
      say(`${call.callId} ${repeated ? 'repeated' : 'charged'}`);
    } catch (error) {
      say(`${call.callId} ${error instanceof Error && 'code' in error ? error.code : String(error)}`);
    }
  }
}

await Promise.all(Array.from({ length: atOnce }, work));
await database.close();
