import express, { type Response, Router } from 'express';
import type { Core } from '../stripe/core.ts';
import type { Session } from '../stripe/objects.ts';
import { declinedSentence, expireOverdue, type Payment, paySession } from '../stripe/payments.ts';
import { merchantOf, type Vault, vaultOf } from '../world.ts';
import { checkoutPage, closedPage } from './checkout-page.ts';

/** The card that Stripe's own test mode declines. */
const declinedNumber = '4000000000000002';

/** The page where a customer pays: `GET /c/pay/<session>`, and the form on it. */
export function checkoutRoutes(core: Core): Router {
  const router = Router();
  router.get('/c/pay/:session', (req, res) => {
    withOpen(core, req.params.session, res, (vault, session) => {
      res.send(checkoutPage({ session, items: vault.lineItems[session.id] ?? [], merchant: merchantOf(core.world, vault) }));
    });
  });
  router.post('/c/pay/:session', express.urlencoded({ extended: false }), (req, res) => {
    withOpen(core, req.params.session, res, (vault, session) => {
      const { method = '', number = '', email } = req.body as Partial<Record<string, string>>;
      const payment = paymentOf(method, number);
      const after = paySession(core, vault, session, payment, email);
      core.changed();
      if (payment !== 'declined') return res.redirect(303, returnAddress(after));
      const shown = { session, items: vault.lineItems[session.id] ?? [], merchant: merchantOf(core.world, vault) };
      return res.status(402).send(checkoutPage({ ...shown, email, problem: declinedSentence }));
    });
  });
  return router;
}

export function paymentOf(method: string, number: string): Payment {
  if (method === 'bank') return 'delayed';
  return method === 'declined' || number.replace(/\D/g, '') === declinedNumber ? 'declined' : 'card';
}

/** Returns the address to which the shop wants its customer back. */
export const returnAddress = (session: Session): string =>
  (session.success_url ?? session.return_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id);

function withOpen(core: Core, id: string, res: Response, act: (vault: Vault, session: Session) => unknown): void {
  expireOverdue(core);
  const vault = vaultOf(core.world, 'sessions', id);
  const session = vault?.sessions[id];
  if (!vault || !session) {
    res.status(404).send(closedPage('There is no such payment.', 'Go back to the shop and start the purchase again.'));
  } else if (session.status === 'expired') {
    res
      .status(410)
      .send(closedPage('This payment page has expired.', 'Nothing was charged. Start the purchase again.', session.cancel_url));
  } else if (session.status === 'complete') {
    res.status(410).send(closedPage('You have already paid here.', 'You are not charged twice.', returnAddress(session)));
  } else {
    act(vault, session);
  }
}
