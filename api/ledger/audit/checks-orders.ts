import assert from 'node:assert/strict';
import type { ClientState, Transfer } from '../../models/transfer.ts';
import { heldAt, issuedBy, minutesOf, platformHeld, platformUsed, usedAt } from '../accounts.ts';
import { amountOn, causeOf, clientAmount, clientIn, entriesOf, isDone, orderCorrected } from '../reading.ts';
import { orderedFor, promisedIn } from '../state/holds.ts';
import type { Before, Check } from './checks.ts';

/** What the business promises of orders. */
export const orderChecks: readonly Check[] = [
  {
    name: 'an order is held for out of credits that may pay for it, and the agency pays nothing for it',
    check: (transfer, before) => {
      const isHold = isDone(transfer, 'order.hold') || isDone(transfer, 'order.hold_all');
      const isBought = isDone(transfer, 'credits.purchase') && amountOn(transfer, heldAt(transfer)) !== 0;
      if (!isHold && !isBought) return;
      const { held, promised } = heldBy(transfer, before) ?? {};
      if (held === undefined) return; // a gap is found above
      assert.equal(held, amountOn(transfer, heldAt(transfer)), 'it holds another amount');
      if (isHold) assert.equal(held, 0 - clientAmount(transfer), 'it holds what it did not take');
      if (transfer.kind === 'order.hold') assert.equal(promised, held, 'it holds free credits');
      if (isBought) assert.equal(held, 0 - amountOn(transfer, issuedBy(transfer)), 'a part of what was bought for an order is free to use');
      assertApart(transfer);
    },
  },
  {
    name: 'an order takes no more than was held for it, and the minutes of free credits go back to the agency with it',
    check: (transfer, before) => {
      if (!isDone(transfer, 'order.resolve')) return;
      const change = heldBy(transfer, before);
      if (!change) return; // a gap is found above
      const used = amountOn(transfer, usedAt(transfer));
      const [held, promised] = [0 - change.held, 0 - change.promised];
      assert(used >= 0 && used <= held, 'it took another amount than was held');
      const back = amountOn(transfer, minutesOf(transfer));
      // Free credits are used first; where all was taken, all of them were.
      assert.equal(back, Math.min(used, held - promised), 'other minutes went back');
      assert.equal(amountOn(transfer, issuedBy(transfer)), 0 - back, 'the agency promised another amount');
      assertApart(transfer, back);
    },
  },
  {
    name: 'what an order took is given back as it was taken',
    check: (transfer) => {
      if (!isDone(transfer, 'order.refund')) return;
      const parts = orderCorrected(transfer)?.parts ?? assert.fail('it does not say what it gives back');
      assert.equal(orderCorrected(transfer)?.key, causeOf(transfer), 'it gives back for another order');
      const sum = (prepaid: boolean) => parts.reduce((total, part) => (part.prepaid === prepaid ? total + part.millis : total), 0);
      assert(
        parts.every(({ millis }) => millis > 0),
        'it gives back nothing',
      );
      assert.equal(amountOn(transfer, usedAt(transfer)), 0 - sum(true) - sum(false), 'it gives back another amount');
      assert.equal(amountOn(transfer, issuedBy(transfer)), sum(true), 'the agency takes another promise back');
      assertApart(transfer, 0 - sum(true));
    },
  },
];

/** How a transfer changed what is held under the name of its cause, and the part of it that is not free credits. */
function heldBy(transfer: Transfer, before: Before): { held: number; promised: number } | undefined {
  const account = clientIn(transfer)?.account ?? '';
  const last = before(account)?.after as ClientState | undefined; // of a client's account
  const now = entriesOf(transfer).find((entry) => entry.account === account)?.after as ClientState | undefined; // the same
  if (!last || !now) return undefined;
  const name = orderedFor(causeOf(transfer));
  const heldIn = ({ holds = [] }: ClientState) =>
    (holds.find(({ id }) => id === name)?.lots ?? []).reduce((sum, { millis }) => sum + millis, 0);
  return { held: heldIn(now) - heldIn(last), promised: promisedIn(now, name) - promisedIn(last, name) };
}

/** The agency's minutes move by so much, and what calls use and hold does not move. */
function assertApart(transfer: Transfer, minutes = 0): void {
  const moved = [minutesOf, platformHeld, platformUsed].map((accountOf) => amountOn(transfer, accountOf(transfer)));
  assert.deepEqual(moved, [minutes, 0, 0], 'the agency paid for what is not a call');
}
