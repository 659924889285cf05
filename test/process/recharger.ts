import { writeSync } from 'node:fs';
import { connectDatabase } from '../../api/database/connect.ts';
import { DatabaseError } from '../../api/database/engine.ts';
import { rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { silent } from '../support/engine.ts';

/** Recharges a client until it is killed: `recharger.ts <data folder> <client>`. Prints the number of each acknowledged recharge. */
const [dataDir = '', client = ''] = process.argv.slice(2);
// Written before the next recharge begins, so that the reader counts acknowledged ones alone.
const say = (line: string) => writeSync(1, `${line}\n`);

async function rechargeOnAndOn(): Promise<void> {
  for (let count = 0; ; count += 1) {
    const requestId = `write-${process.pid}-${count}`;
    await rechargeCredits(JSON.parse(client), { requestId, millis: 1000, actor: 'test', at: new Date() });
    say(String(count));
  }
}

try {
  await connectDatabase({ dataDir, log: silent });
  await rechargeOnAndOn();
} catch (error) {
  if (!(error instanceof DatabaseError)) throw error;
  say(`DatabaseError ${error.message}`);
}
