import type { Vault } from '../world.ts';
import type { Core } from './core.ts';
import { closeDispute, disputeCharge } from './disputes.ts';
import { everyOne, known } from './known.ts';
import type { Charge, Dispute, Refund, Session } from './objects.ts';
import { failRefund, refundCharge, settleRefund } from './refunds.ts';
import { invalid } from './refusals.ts';

/** Returned money: actions of an agency in Stripe's dashboard, and of banks. Amounts in the currency's smallest unit. */
export interface ReturnsControl {
  charges(): Charge[];
  refunds(): Refund[];
  disputes(): Dispute[];
  /** Refunds a paid session, by default all that is left. A pending refund waits for `settleRefund` or `failRefund`. */
  refund(sessionId: string, amount?: number, status?: 'succeeded' | 'pending'): Refund;
  /** Completes a pending refund. */
  settleRefund(refundId: string): Refund;
  /** Fails a refund, pending or succeeded. */
  failRefund(refundId: string): Refund;
  /** Disputes a payment, by default all that was not refunded. */
  dispute(sessionId: string, amount?: number, currency?: string): Dispute;
  closeDispute(disputeId: string, outcome: 'won' | 'lost'): Dispute;
}

export function returnsControl(core: Core): ReturnsControl {
  const { world } = core;
  const paid = (sessionId: string) => {
    const { vault, object } = known(world, 'sessions', sessionId);
    return { vault, charge: chargeOfSession(vault, object) };
  };
  return {
    charges: () => everyOne(world, (vault) => vault.charges),
    refunds: () => everyOne(world, (vault) => vault.refunds),
    disputes: () => everyOne(world, (vault) => vault.disputes),
    refund(id, amount, status = 'succeeded') {
      const { vault, charge } = paid(id);
      return refundCharge(core, vault, charge, { ...(amount !== undefined && { amount }), status });
    },
    settleRefund(id) {
      const { vault, object } = known(world, 'refunds', id);
      return settleRefund(core, vault, object);
    },
    failRefund(id) {
      const { vault, object } = known(world, 'refunds', id);
      return failRefund(core, vault, object);
    },
    dispute(id, amount, currency) {
      const { vault, charge } = paid(id);
      return disputeCharge(core, vault, charge, amount, currency);
    },
    closeDispute(id, outcome) {
      const { vault, object } = known(world, 'disputes', id);
      return closeDispute(core, vault, object, outcome);
    },
  };
}

/** Returns the charge of a session; undefined before it is paid. */
export function chargeFor(vault: Vault, session: Session): Charge | undefined {
  const latest = vault.paymentIntents[session.payment_intent ?? '']?.latest_charge;
  return typeof latest === 'string' ? vault.charges[latest] : undefined;
}

function chargeOfSession(vault: Vault, session: Session): Charge {
  const charge = chargeFor(vault, session);
  if (!charge) throw invalid('This session is not paid, so there is nothing to give back.', 'session');
  return charge;
}
