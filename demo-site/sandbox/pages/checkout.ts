import express, { type Response, Router } from 'express';
import { nowSeconds } from '../ids.ts';
import type { Core } from '../stripe/core.ts';
import type { Session } from '../stripe/objects.ts';
import { expireOverdue, paySession } from '../stripe/payments.ts';
import { merchantOf, type Vault, vaultOf } from '../world.ts';
import { cardOf, faultOf, type TypedCard } from './card.ts';
import { checkoutPage, closedPage, type Entered, type Problem } from './checkout-page.ts';

/** The page where a customer pays: `GET /c/pay/<session>`, and the form on it. */
export function checkoutRoutes(core: Core): Router {
  const router = Router();
  router.get('/c/pay/:session', (req, res) => {
    withOpen(core, req.params.session, res, (vault, session) => res.send(formOf(core, vault, session)));
  });
  router.post('/c/pay/:session', express.urlencoded({ extended: false }), (req, res) => {
    withOpen(core, req.params.session, res, (vault, session) => {
      const { paid, refusal } = payByForm(core, vault, session, req.body);
      if (paid) res.redirect(303, returnAddress(paid));
      else res.status(402).send(refusal);
    });
  });
  return router;
}

/** The page of an open session, before anything is typed. */
export const formOf = (core: Core, vault: Vault, session: Session): string =>
  checkoutPage({ session, ...order(core, vault, session), now: new Date(nowSeconds(core.world) * 1000) });

/** Pays with what was typed, or answers the same page with the reason why that is not possible. */
export function payByForm(core: Core, vault: Vault, session: Session, body: unknown): { paid?: Session; refusal?: string } {
  const entered = enteredIn(body);
  const now = new Date(nowSeconds(core.world) * 1000);
  const problem = problemOf(entered, session, now);
  if (problem) return { refusal: checkoutPage({ session, ...order(core, vault, session), now, entered, problem }) };
  const payer = { email: entered.email, ...(entered.method === 'card' && { card: cardOf(entered) }) };
  const paid = paySession(core, vault, session, entered.method === 'bank' ? 'delayed' : 'card', payer);
  core.changed();
  return { paid };
}

const order = (core: Core, vault: Vault, session: Session) => ({
  items: vault.lineItems[session.id] ?? [],
  merchant: merchantOf(core.world, vault),
});

function enteredIn(body: unknown): Entered {
  const text = (name: string): string => {
    const value: unknown = Object(body)[name];
    return typeof value === 'string' ? value : '';
  };
  const method = (['bank', 'declined'] as const).find((one) => one === text('method')) ?? 'card';
  return { method, email: text('email'), number: text('number'), expires: text('expires'), code: text('code'), account: text('account') };
}

/** A card that Stripe's test mode declines, for those who have none at hand. */
const aDeclinedCard = ({ year }: { year: number }): TypedCard => ({ number: '4000000000000002', expires: `12 / ${year + 1}`, code: '123' });

const noAccount = ({ currency }: Session): string =>
  currency === 'eur' ? 'The IBAN you entered is incomplete.' : 'Your bank account number is incomplete.';

function problemOf(entered: Entered, session: Session, now: Date): Problem | undefined {
  if (!/^[^\s@]+@[^\s@]+$/.test(session.customer_email ?? entered.email)) return { sentence: 'Your email is invalid.', field: 'email' };
  if (entered.method === 'bank') return entered.account.trim() ? undefined : { sentence: noAccount(session), field: 'account' };
  const month = { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
  return faultOf(entered.method === 'card' ? entered : aDeclinedCard(month), month);
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
