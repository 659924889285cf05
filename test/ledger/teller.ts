import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { connectDatabase } from '../../api/database/connect.ts';
import { type Charged, settleCall } from '../../api/ledger/transfers/calls.ts';
import { expireHolds, holdCredits, voidHold } from '../../api/ledger/transfers/holds.ts';
import type { ClientScope } from '../../api/models/scope.ts';

/** One report of a call, sent line by line to another process, which handles it beside earlier ones. */
export interface Tell {
  id: string;
  what: 'start' | 'record' | 'end' | 'cancel' | 'expire';
  client: ClientScope;
  callId: string;
  seconds: number;
  /** Delay in milliseconds. */
  after: number;
}

const { uri } = JSON.parse(process.argv[2] ?? '') as { uri: string };
await connectDatabase({ uri, dataDir: '', log: { info: () => {} } });

const at = new Date('2026-01-02T03:04:05Z');
const [expiresAt, later] = [new Date(at.getTime() + 60_000), new Date(at.getTime() + 60_001)];
const by = { actor: 'test', at };
const log = { info: () => {}, error: (detail: object, message: string) => writeSync(2, `${message} ${JSON.stringify(detail)}\n`) };
const costs = ({ repeated, costMillis, overrunMillis }: Charged) => `${repeated ? 'repeated' : 'done'}:${costMillis}:${overrunMillis}`;

const acts: Record<Tell['what'], (tell: Tell) => Promise<string>> = {
  async start({ client, callId }) {
    const { repeated } = await holdCredits(client, { holdId: callId, millis: 1000, expiresAt, policy: { kind: 'unlimited' }, ...by });
    return repeated ? 'repeated' : 'done';
  },
  record: async ({ client, callId, seconds }) => costs(await settleCall(client, { callId, seconds, rounding: { by: 'second' }, ...by })),
  end: async ({ client, callId, seconds }) =>
    costs(await settleCall(client, { callId, seconds, rounding: { by: 'second' }, ...by }, { mustBeStarted: true })),
  async cancel({ client, callId }) {
    const { repeated } = await voidHold(client, { holdId: callId, ...by });
    return repeated ? 'repeated' : 'done';
  },
  async expire() {
    await expireHolds(later, { log } as unknown as Parameters<typeof expireHolds>[1]); // expireHolds uses only these two
    return 'done';
  },
};

for await (const line of createInterface(process.stdin)) {
  const tell = JSON.parse(line) as Tell;
  void delay(tell.after)
    .then(() => acts[tell.what](tell))
    .catch((error: Error) => ('code' in error ? String(error.code) : String(error)))
    .then((outcome) => writeSync(1, `${tell.id} ${outcome}\n`));
}
process.exit(0);
