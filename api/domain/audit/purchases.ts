import assert from 'node:assert/strict';
import { isPurchase } from '../../ledger/accounts.ts';
import { causeOf, isDone, purchaseIn } from '../../ledger/reading.ts';
import { untouched } from '../../ledger/state/returns.ts';
import { readAboutPurchases } from '../../models/entry.ts';
import { everyPurchase, isCredited, type Purchase, type PurchaseState } from '../../models/purchase.ts';
import { prefixOf, type Transfer } from '../../models/transfer.ts';
import { lookUpAll } from './batches.ts';
import type { Owners } from './clients.ts';
import type { Findings } from './findings.ts';
import { isLate } from './passing.ts';

const NAME = 'every purchase stands as the ledger has it: credited once it is paid, and corrected as its money went back';

/**
 * Checks each purchase against its transfers.
 * @param now real time
 */
export async function auditPurchases(findings: Findings, owners: Owners, now: Date): Promise<void> {
  findings.expect(NAME);
  const work = async (purchases: readonly Purchase[]) => {
    const agencyIds = [...new Set(purchases.map(({ agencyId }) => agencyId))];
    const transfers = await readAboutPurchases(
      agencyIds,
      purchases.map(({ _id }) => _id),
    );
    const about = new Map<string, Transfer[]>(purchases.map((purchase) => [`${prefixOf(purchase)}${purchase._id}`, []]));
    for (const transfer of transfers)
      if (transfer.refused === undefined) about.get(`${prefixOf(transfer)}${transfer.purchaseId}`)?.push(transfer);
    for (const purchase of purchases) {
      const those = about.get(`${prefixOf(purchase)}${purchase._id}`) ?? [];
      await findings.note(NAME, { what: purchase._id }, () => checkPurchase(purchase, those, now));
      await owners.add({ ...purchase, what: purchase._id });
    }
  };
  await lookUpAll(everyPurchase(), { findings, name: NAME, placeOf: ({ _id: what }) => ({ what }), work });
}

function checkPurchase(purchase: Purchase, transfers: readonly Transfer[], now: Date): void {
  const sales = transfers.filter((transfer) => isDone(transfer, 'credits.purchase'));
  const newest = transfers.reduce((last, { writtenAt }) => (writtenAt > last ? writtenAt : last), new Date(0));
  if (!isCredited(purchase)) {
    // The ledger is written first; the purchase follows.
    assert(sales.length === 0 || !isLate(newest, now), `it is ${purchase.state}, and credited in the ledger`);
    return;
  }
  assert(sales.length > 0, `it is ${purchase.state}, and its credits are not in the ledger`);
  const { version, expected } = standing(purchase, transfers);
  if ((purchase.returnsSeen ?? 0) < version) {
    assert(!isLate(newest, now), `the ledger corrected it ${version} times, and it knows of ${purchase.returnsSeen ?? 0}`);
    return;
  }
  assert.equal(purchase.state, expected, `it is ${purchase.state}, and ${expected} in the ledger`);
}

/** Returns the state of a purchase after its corrections, and their number. */
function standing({ priceCents }: Purchase, transfers: readonly Transfer[]): { version: number; expected: PurchaseState } {
  const entries = transfers.filter(({ postings }) => postings.some(({ account }) => isPurchase(account)));
  const seqOf = ({ postings }: Transfer) => postings.find(({ account }) => isPurchase(account))?.seq ?? 0;
  const [last] = entries.toSorted((a, b) => seqOf(b) - seqOf(a));
  const { refundedCents, lostCents } = last ? purchaseIn(last) : untouched;
  const ended = new Set(entries.filter(({ kind }) => kind === 'dispute.resolve').map(causeOf));
  const isDisputed = entries.some((transfer) => transfer.kind === 'dispute.freeze' && !ended.has(causeOf(transfer)));
  const went: PurchaseState = refundedCents >= priceCents ? 'refunded' : refundedCents > 0 ? 'part_refunded' : 'paid';
  return { version: last ? seqOf(last) : 0, expected: isDisputed ? 'disputed' : lostCents > 0 ? 'charged_back' : went };
}
