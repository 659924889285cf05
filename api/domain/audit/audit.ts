import assert from 'node:assert/strict';
import { clearingOf, clientOf, issuedBy, purchaseOf, usedAt } from '../../ledger/accounts.ts';
import { type Before, checks } from '../../ledger/audit/checks.ts';
import { GENESIS } from '../../ledger/chain.ts';
import { amountOn, causeOf, clientIn, entriesOf, isDone, joinedIn, orderCorrected, purchaseCorrected } from '../../ledger/reading.ts';
import { emptyState } from '../../ledger/state/states.ts';
import { readPartsTaken } from '../../ledger/transfers/orders.ts';
import { Heads, keyOf } from '../../ledger/write/heads.ts';
import { type Head, readEntries } from '../../models/entry.ts';
import { readPurchase } from '../../models/purchase.ts';
import { everyTransfer, readNamed, type Transfer } from '../../models/transfer.ts';
import { auditCalls } from './calls.ts';
import { type AuditedPromise, Findings, placeOf } from './findings.ts';
import { auditSums } from './sums.ts';
import type { Visitor } from './visitor.ts';

export interface AuditReport {
  transfers: number;
  accounts: number;
  /** Number of violations of all checks. */
  violations: number;
  /** `detail` names the first broken entry of each account, and is empty if all is well. */
  checks: AuditedPromise[];
}

const READING = 'every transfer can be read';
const PURCHASE_CHECK = 'credits were bought at the price, by the client and with the session of their purchase, and go back by them';
const ORDER_CHECK = 'what an order gives back is what it took, from the lots that it took it from';

/** Checks the ledger's invariants over the whole database, beside running processes, in constant memory. */
export async function audit(): Promise<AuditReport> {
  const findings = new Findings();
  return { ...(await walkLedger(findings, [])), ...findings.summary() };
}

/**
 * Checks every transfer. Each entry is compared with the previous one: if all agree, every chain is complete and every balance is the sum
 * of its entries.
 * @param visitors also see each transfer
 */
export async function walkLedger(findings: Findings, visitors: readonly Visitor[]): Promise<Pick<AuditReport, 'transfers' | 'accounts'>> {
  findings.expect(READING, ...checks.map(({ name }) => name), PURCHASE_CHECK, ORDER_CHECK);
  const everyone = [auditCalls(findings), auditSums(findings), ...visitors];
  const known = new Heads();
  let [transfers, accounts] = [0, 0];
  for await (const transfer of everyTransfer()) {
    transfers += 1;
    const place = placeOf(transfer);
    await findings.note(READING, place, async () => {
      const entries = entriesOf(transfer);
      accounts += entries.filter(({ seq }) => seq === 1).length;
      const before = await readBefore(transfer, known);
      for (const { name, check } of checks) await findings.note(name, place, () => check(transfer, before));
      if (isDone(transfer, 'order.refund')) await findings.note(ORDER_CHECK, place, () => checkRefund(transfer));
      if (transfer.purchaseId !== undefined) await findings.note(PURCHASE_CHECK, place, () => checkPurchase(transfer));
      for (const visitor of everyone) await visitor.see(transfer, before);
      for (const entry of entries) known.put(keyOf(transfer, entry.account), entry);
    });
  }
  for (const visitor of everyone) await visitor.end();
  return { transfers, accounts };
}

/** Finds the entry before each of a transfer's: usually the one seen last, otherwise from the database. */
async function readBefore(transfer: Transfer, known: Heads): Promise<Before> {
  const found = new Map<string, Head>();
  for (const { account, seq } of entriesOf(transfer)) {
    const last = seq === 1 ? { seq: 0, hash: GENESIS, after: emptyState(account) } : known.get(keyOf(transfer, account));
    if (last?.seq === seq - 1) {
      found.set(account, last);
      continue;
    }
    const [previous] = await readEntries(transfer, account, { before: seq, limit: 1 });
    const posting = previous && entriesOf(previous).find((entry) => entry.account === account && entry.seq === seq - 1);
    if (posting) found.set(account, posting);
  }
  return (account) => found.get(account);
}

/**
 * Checks a sale against its purchase. The transfer's name credits a session once and a purchase has one session, so a purchase is credited
 * once.
 */
async function checkPurchase(transfer: Transfer): Promise<void> {
  const { purchaseId = '' } = transfer;
  const correction = purchaseCorrected(transfer);
  const purchase = (await readPurchase(transfer, purchaseId)) ?? assert.fail('there is no such purchase');
  const { credits, priceCents, currency, sessionId } = purchase;
  const moved = new Map(transfer.postings.map(({ account, amount }) => [account, amount]));
  assert(moved.has(clientOf(purchase)), 'other credits were sold, or to another client');
  if (correction) {
    const told = [correction.sessionId, correction.credits, correction.priceCents];
    assert.deepEqual(told, [sessionId, credits, priceCents], 'what it corrects was sold in another way');
    assert(moved.has(purchaseOf(purchase, purchaseId)), 'it corrects another purchase');
    const [sale, end] = await readNamed(transfer, ['credits.purchase', 'order.resolve'], sessionId ?? '');
    if (correction.joined !== undefined) assert.equal(sale && joinedIn(sale), correction.joined, 'another lot took its credits in');
    if (!correction.isOrdered) return;
    assert.equal(end && amountOn(end, usedAt(transfer)), credits, 'no order used what was bought');
    return;
  }
  assert.equal(causeOf(transfer), sessionId, 'it was paid in another session');
  assert.equal(moved.get(issuedBy(transfer)), -credits, 'other credits were sold, or to another client');
  assert.equal(moved.get(clearingOf(transfer, currency)), priceCents, 'it was sold at another price');
}

/** Compares a refund with the credits taken. It happens once, because the transfer is named after it. */
async function checkRefund(transfer: Transfer): Promise<void> {
  const subject = clientIn(transfer)?.account.replace('client.', '') ?? '';
  const taken = await readPartsTaken({ ...transfer, subject, clientId: '' }, causeOf(transfer));
  assert.deepEqual(orderCorrected(transfer)?.parts, taken, 'it took something else');
}
