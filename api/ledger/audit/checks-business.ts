import assert from 'node:assert/strict';
import type { ClientState, PurchaseState } from '../../models/transfer.ts';
import { feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';
import {
  clearingOf,
  feesOf,
  heldAt,
  issuedBy,
  minutesOf,
  overrunOf,
  platformFees,
  platformHeld,
  platformUsed,
  purchaseOf,
  revenueOf,
  usedAt,
} from '../accounts.ts';
import {
  amountOn,
  causeOf,
  clientAmount,
  clientIn,
  entriesOf,
  feeBack,
  isDone,
  moneyBack,
  purchaseCorrected,
  purchaseIn,
  sumOver,
} from '../reading.ts';
import { heldFor, promisedIn } from '../state/holds.ts';
import { burn, sumTaken } from '../state/lots.ts';
import { disputedMillis, isAboutMoney, isCorrection, isReturn, unusedBy } from '../state/returns.ts';
import type { Check } from './checks.ts';

/** What the business promises of each kind of transfer. */
export const businessChecks: readonly Check[] = [
  {
    name: 'free credits leave the agency as they reach the client',
    check: (transfer) => {
      if (isDone(transfer, 'signup.grant'))
        assert.equal(amountOn(transfer, minutesOf(transfer)), -clientAmount(transfer), 'the agency gave another amount');
    },
  },
  {
    name: 'a call is used up by client and agency alike, but for what the agency had paid before',
    check: (transfer, before) => {
      if (!isDone(transfer, 'usage.record')) return;
      const [cost, overrun] = [0 - clientAmount(transfer), 0 - amountOn(transfer, overrunOf(transfer))];
      assert.equal(amountOn(transfer, usedAt(transfer)), cost + overrun, 'the client used another amount');
      const last = before(clientIn(transfer)?.account ?? '');
      if (!last) return; // a gap is found above
      const { lots } = last.after as ClientState; // of a client's account
      const promised = sumTaken(burn(lots, cost).taken, (lot) => !lot.prepaid);
      assert.equal(amountOn(transfer, minutesOf(transfer)), 0 - promised - overrun, 'the agency used another amount');
    },
  },
  {
    name: 'the agency bears no part of a call that its client has credits for',
    check: (transfer) => {
      const overrun = 0 - amountOn(transfer, overrunOf(transfer));
      assert(overrun >= 0, 'an overrun came back');
      const own = entriesOf(transfer).find(({ account }) => account === clientIn(transfer)?.account);
      if (overrun > 0 && own) assert.equal((own.after as ClientState).available, 0, 'there was an overrun beside credits'); // of a client's account
    },
  },
  {
    name: 'what is held for a call is held of the agency too, and both are used or come back',
    check: (transfer, before) => {
      if (!isDone(transfer, 'call.hold') && !isDone(transfer, 'hold.resolve')) return;
      const client = clientIn(transfer)?.account ?? '';
      const last = before(client);
      const own = entriesOf(transfer).find(({ account }) => account === client);
      if (!last || !own) return; // a gap is found above
      const call = heldFor(causeOf(transfer));
      const held = promisedIn(own.after as ClientState, call) - promisedIn(last.after as ClientState, call); // of a client's account
      assert.equal(amountOn(transfer, platformHeld(transfer)), held, 'the agency holds another amount');
      const moved = amountOn(transfer, minutesOf(transfer)) + amountOn(transfer, platformUsed(transfer));
      assert.equal(moved, 0 - held, 'the agency paid another amount');
    },
  },
  {
    name: 'money comes with purchases and goes with their corrections, and 2 % of it is owed',
    check: (transfer, before) => {
      const { kind, purchaseId, refused } = transfer;
      const isOurs = refused === undefined && isAboutMoney(kind);
      assert.equal(purchaseId !== undefined, isOurs, 'credits and purchase do not belong together');
      assert.equal(transfer.correction !== undefined, refused === undefined && isCorrection(kind), 'it does not say what it corrects');
      const last = before(purchaseOf(transfer, purchaseId ?? ''))?.after as PurchaseState | undefined; // of a purchase
      if (isReturn(kind) && !last) return; // a gap is found above
      const price = sumOver(transfer, clearingOf);
      const fee = last ? feeBack(transfer, last) : feeCents(price, PLATFORM_FEE_BASIS_POINTS);
      assert(kind === 'credits.purchase' || price === (last ? moneyBack(transfer, last) : 0), 'money came without a purchase');
      assert.deepEqual(
        [sumOver(transfer, revenueOf), sumOver(transfer, feesOf), sumOver(transfer, platformFees)],
        [0 - price, fee, 0 - fee],
        `a price of ${price} has another fee or revenue`,
      );
    },
  },
  {
    name: 'credits are taken back as their money goes back, and given back with it',
    check: (transfer, before) => {
      const last = before(purchaseOf(transfer, transfer.purchaseId ?? ''))?.after as PurchaseState | undefined; // of a purchase
      if (!last) return;
      const taken = purchaseIn(transfer).reversed - last.reversed;
      assert.equal(amountOn(transfer, issuedBy(transfer)), taken, 'it took back other credits');
      const corrected = purchaseCorrected(transfer);
      const unused = corrected ? unusedBy(last, purchaseIn(transfer), corrected) : 0;
      assert.equal(amountOn(transfer, usedAt(transfer)), 0 - unused, 'it took another amount out of what an order used');
      if (isDone(transfer, 'dispute.freeze') && corrected)
        assert(amountOn(transfer, heldAt(transfer)) <= disputedMillis(last, corrected), 'it froze more than is disputed');
    },
  },
];
