import assert from 'node:assert/strict';
import { sealedText } from '../../ledger/sealed.ts';
import type { Transfer } from '../../models/transfer.ts';
import type { Seals } from '../../security/seals.ts';
import { type Findings, placeOf } from './findings.ts';
import type { Visitor } from './visitor.ts';

const NAME = "every transfer carries the seal of this server's keys";

/**
 * Checks the seal of each transfer. Without the keys nobody can make one, so a missing or wrong seal means that somebody else wrote or
 * changed the transfer.
 * @param unsealedUntil transfers written before it may lack a seal; undefined before the first register
 */
export function auditSeals(findings: Findings, seals: Seals, unsealedUntil: Date | undefined): Visitor {
  findings.expect(NAME);
  let old = 0;
  return {
    see: (transfer: Transfer) =>
      findings.note(NAME, placeOf(transfer), () => {
        const { seal, writtenAt } = transfer;
        if (seal !== undefined) {
          assert.equal(seal, seals.of('transfer', sealedText(transfer)), 'it was changed, or written by somebody else');
          return;
        }
        assert(unsealedUntil === undefined || writtenAt < unsealedUntil, 'it has no seal: somebody else has written it');
        old += 1;
      }),
    end() {
      if (old > 0)
        findings.remark(
          `${old} transfers carry no seal, as they were written before there were seals. What stood in them when they were registered is trusted.`,
        );
    },
  };
}
