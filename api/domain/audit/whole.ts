import { readFirstRegister, readNewestRegister } from '../../models/register.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import type { Seals } from '../../security/seals.ts';
import { type AuditReport, walkLedger } from './audit.ts';
import { auditRegisters, type KeptHead, Written } from './check-registers.ts';
import { auditAccounts, auditClients, auditOwners } from './clients.ts';
import { auditDeleted } from './deleted.ts';
import { SealedDocuments } from './documents.ts';
import { Findings } from './findings.ts';
import { FreeReturns } from './free-returns.ts';
import { auditHolds } from './holds.ts';
import { auditGifts, auditJournals } from './journals.ts';
import { auditNumbers } from './numbers.ts';
import { auditOrdered, auditOrders } from './orders.ts';
import { Plans } from './plans.ts';
import { auditPurchases } from './purchases.ts';
import { auditSeals } from './seals.ts';

/** Input of the whole audit: the keys, and the time in both senses. */
export interface WholeAudit {
  seals: Seals;
  business: Date;
  real: Date;
  /** A register that the operator kept outside. */
  since?: KeptHead | undefined;
}

export interface WholeReport extends AuditReport {
  /** Remarks that are no violations, but important for the reader. */
  remarks: string[];
}

/**
 * Checks the ledger, the journals, the registers, and everything that ledger and documents must agree on, both ways. Unfinished work counts
 * as a finding after an hour. Reports anything unreadable and continues.
 */
export async function auditWhole({ seals, business, real, since }: WholeAudit): Promise<WholeReport> {
  const findings = new Findings();
  const [first, newest] = [await readFirstRegister(), await readNewestRegister()];
  const unsealedUntil = first?.unsealedUntil;
  if (!newest) findings.remark('Nothing was registered before: what was removed by now cannot be known.');
  else if (newest.through > later(real, MINUTE_MS)) findings.remark(aheadUntil(newest.through));
  const owners = auditOwners(findings);
  const documents = new SealedDocuments(findings, { seals, newest, now: real });
  const plans = new Plans(findings, documents);
  const returns = new FreeReturns(findings, real);
  const written = new Written(newest);
  const gifts = auditGifts(findings);
  const visitors = [
    auditSeals(findings, seals, unsealedUntil),
    auditAccounts(findings, returns),
    auditHolds(findings, owners, business),
    auditOrdered(findings),
    gifts,
    written,
  ];
  const walked = await walkLedger(findings, visitors);
  await auditPurchases(findings, owners, real);
  await auditOrders(findings, { owners, documents, plans, real });
  await auditNumbers(findings, { owners, documents, business });
  await auditClients(findings, { documents, plans, returns });
  await auditDeleted(findings, { business, real });
  documents.end();
  await owners.flush();
  const named = await auditJournals(findings, { seals, unsealedUntil, minutes: gifts.minutes });
  await auditRegisters(findings, { seals, newest, written: written.totals, named, since });
  return { ...walked, ...findings.summary() };
}

const aheadUntil = (through: Date): string =>
  `The newest register was made by a clock that was ahead. Nothing more is registered until ${through.toISOString()}, and what is removed of what was written since cannot be known by then. Set the clocks of all processes right, and keep a copy of the database.`;
