import { causeOf, clientIn, isDone } from '../../ledger/reading.ts';
import { everyHoldRow, type HoldRow } from '../../models/hold.ts';
import { prefixOf, readTransfers, type Transfer } from '../../models/transfer.ts';
import { lookUpAll } from './batches.ts';
import type { Owners } from './clients.ts';
import type { Findings } from './findings.ts';
import { subjectOf } from './make-registers.ts';
import { isLate } from './passing.ts';
import type { Visitor } from './visitor.ts';

const REMINDED = 'of everything that is held for a call there is a reminder to give it back';
const OVER = 'what was held for a call came back when its time was over';

type Hold = Pick<Transfer, '_id' | 'agencyId' | 'world'> & { subject: string; holdId: string };

/**
 * Checks that each hold of a call has a reminder, which is written before it and removed after it.
 * @param now business time, as in reminders
 */
export function auditHolds(findings: Findings, owners: Owners, now: Date): Visitor {
  findings.expect(REMINDED, OVER);
  // Keeps only open holds, because transfers come by roughly in order.
  const open = new Map<string, Hold>();
  return {
    see(transfer) {
      const { agencyId, world } = transfer;
      const _id = `${prefixOf(transfer)}call.hold/${causeOf(transfer)}`;
      if (isDone(transfer, 'call.hold')) open.set(_id, { _id, agencyId, world, ...holdOf(transfer) });
      if (isDone(transfer, 'hold.resolve')) open.delete(_id);
    },
    async end() {
      const reminders = new Set<string>();
      for await (const row of everyHoldRow()) {
        reminders.add(nameOf(row));
        await owners.add({ ...row, what: `the hold for call ${row.holdId}` });
        const day = row.expiresAt.toISOString();
        if (isLate(row.expiresAt, now))
          findings.add(OVER, { what: nameOf(row) }, `its time was over on ${day}, and the reminder is still there`);
      }
      // Reads the reminders first: a hold that ends meanwhile is over in the ledger before its reminder is deleted.
      const forgotten = [...open.values()].filter((hold) => !reminders.has(nameOf(hold)));
      const work = async (holds: readonly Hold[]) => {
        const ends = new Map(holds.map((hold) => [hold, `${prefixOf(hold)}hold.resolve/${hold.holdId}`]));
        const found = await readTransfers([...ends].map(([{ agencyId }, _id]) => ({ agencyId, _id })));
        for (const [{ _id: what }, end] of ends)
          if (!found.has(end)) findings.add(REMINDED, { what }, 'it is held, and no reminder gives it back');
      };
      await lookUpAll(forgotten, { findings, name: REMINDED, placeOf: ({ _id: what }) => ({ what }), work });
    },
  };
}

const holdOf = (transfer: Transfer) => ({ holdId: causeOf(transfer), subject: subjectOf(clientIn(transfer)?.account ?? '') });

const nameOf = ({ agencyId, world, subject, holdId }: Pick<HoldRow, 'agencyId' | 'world' | 'subject' | 'holdId'>): string =>
  `${agencyId}/${world}/${subject}/${holdId}`;
