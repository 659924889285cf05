import { usedAt } from '../../ledger/accounts.ts';
import { namesOf } from '../../ledger/names.ts';
import { amountOn, causeOf, isDone } from '../../ledger/reading.ts';
import { prefixOf, readTransfers, type Transfer } from '../../models/transfer.ts';
import { Batches } from './batches.ts';
import { type Findings, placeOf } from './findings.ts';
import type { Visitor } from './visitor.ts';

const NAME = 'no call is charged twice, whatever told of it';

/** Finds calls that were charged twice. Each way of charging has a name of its own, so the ledger alone does not exclude it. */
export function auditCalls(findings: Findings): Visitor {
  findings.expect(NAME);
  const charges = new Batches<Transfer>({
    findings,
    name: NAME,
    placeOf,
    async work(transfers) {
      const others = new Map(transfers.map((transfer) => [transfer, othersOf(transfer)]));
      const found = await readTransfers([...others.values()].flat());
      for (const [transfer, named] of others) {
        const twice = named.map(({ _id }) => found.get(_id)).find((other) => other && isCharge(other));
        // Both charges come by; only one reports it.
        if (twice && twice._id < transfer._id) findings.add(NAME, placeOf(transfer), `the call is charged by ${twice._id} as well`);
      }
    },
  });
  return {
    async see(transfer) {
      if (isCharge(transfer)) await charges.add(transfer);
    },
    end: () => charges.flush(),
  };
}

const isCharge = (transfer: Transfer): boolean =>
  (isDone(transfer, 'usage.record') || isDone(transfer, 'hold.resolve')) && amountOn(transfer, usedAt(transfer)) > 0;

function othersOf(transfer: Transfer): Pick<Transfer, '_id' | 'agencyId'>[] {
  const { agencyId, _id } = transfer;
  return namesOf('usage.record')
    .map((name) => ({ agencyId, _id: `${prefixOf(transfer)}${name}/${causeOf(transfer)}` }))
    .filter((other) => other._id !== _id);
}
