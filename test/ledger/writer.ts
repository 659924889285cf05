import { writeSync } from 'node:fs';
import { connectDatabase } from '../../api/database/connect.ts';
import { chargeCall, settleCall } from '../../api/ledger/transfers/calls.ts';
import { rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../api/ledger/transfers/holds.ts';
import { freezePurchase, loseFreeze } from '../../api/ledger/transfers/returns.ts';
import type { ClientScope } from '../../api/models/scope.ts';

/** Work for another process on this test's database: first give credits, then charge calls, `atOnce` at a time. */
export interface Work {
  uri: string;
  gifts?: { client: ClientScope; requestId: string; millis: number }[];
  /** With `isHeld`, the call is started first, with a minute held. */
  calls: { client: ClientScope; callId: string; seconds: number; isHeld?: boolean }[];
  /** Calls that are only started. */
  starts?: { client: ClientScope; callId: string; millis: number }[];
  /** Purchases whose payment was disputed, and the dispute lost. */
  lost?: { client: ClientScope; about: { sessionId: string; purchaseId: string; cause: string; disputedCents: number } }[];
  atOnce: number;
}

const { uri, gifts = [], calls, starts = [], lost = [], atOnce } = JSON.parse(process.argv[2] ?? '') as Work;
const database = await connectDatabase({ uri, dataDir: '', log: { info: () => {} } });
// Written before the next line runs, so that the reader only sees acknowledged outcomes.
const say = (line: string) => writeSync(1, `${line}\n`);

async function work(): Promise<void> {
  for (let next = calls.shift(); next; next = calls.shift()) {
    const { client, isHeld, ...call } = next;
    try {
      if (isHeld) {
        await hold(client, call);
        continue;
      }
      const { repeated } = await chargeCall(client, { ...call, rounding: { by: 'second' }, ...by });
      say(`${call.callId} ${repeated ? 'repeated' : 'charged'}`);
    } catch (error) {
      say(`${call.callId} ${error instanceof Error && 'code' in error ? error.code : String(error)}`);
    }
  }
}

const start = (client: ClientScope, holdId: string, millis: number) =>
  holdCredits(client, { holdId, millis, expiresAt: new Date(by.at.getTime() + 60_000), policy: { kind: 'unlimited' }, ...by });

async function startAll(): Promise<void> {
  for (let next = starts.shift(); next; next = starts.shift()) {
    const { client, callId, millis } = next;
    await start(client, callId, millis).then(
      () => say(`${callId} held`),
      (error: Error) => say(`${callId} ${'code' in error ? error.code : String(error)}`),
    );
  }
}

async function hold(client: ClientScope, { callId: holdId, seconds }: { callId: string; seconds: number }): Promise<void> {
  await start(client, holdId, 1000);
  say(`${holdId} held`);
  const { costMillis } = await settleCall(client, { callId: holdId, seconds, rounding: { by: 'second' }, ...by }, { mustBeStarted: true });
  say(`${holdId} settled-${costMillis}`);
}

async function lose(): Promise<void> {
  for (let next = lost.shift(); next; next = lost.shift()) {
    const { client, about } = next;
    await freezePurchase(client, { ...about, ...by });
    await loseFreeze(client, { ...about, ...by });
    say(`${about.cause} lost`);
  }
}

const by = { actor: 'test', at: new Date() };
for (const { client, ...gift } of gifts) await rechargeCredits(client, { ...gift, ...by });
await Promise.all(Array.from({ length: atOnce }, work));
await Promise.all(Array.from({ length: atOnce }, startAll));
await Promise.all(Array.from({ length: atOnce }, lose));
await database.close();
