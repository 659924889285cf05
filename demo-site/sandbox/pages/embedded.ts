import express, { type Response, Router } from 'express';
import type { Core } from '../stripe/core.ts';
import type { Session } from '../stripe/objects.ts';
import { declinedSentence, expireOverdue, paySession } from '../stripe/payments.ts';
import { merchantOf, type Vault, vaultOf } from '../world.ts';
import { paymentOf, returnAddress } from './checkout.ts';
import { checkoutPage, closedPage } from './checkout-page.ts';
import { doneInFrame, pagePolicy, standIn } from './embedded-page.ts';

/** Serves Checkout inside another page, `GET /c/embedded/<session>`, and the replacement of Stripe's script that embeds it. */
export function embeddedRoutes(core: Core): Router {
  const router = Router();
  router.get('/stripe-js/stripe.js', (_req, res) => {
    res.set({ 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' }).type('js').send(standIn(core.url));
  });
  router.use('/c/embedded', (_req, res, next) => {
    res.set('content-security-policy', pagePolicy);
    next();
  });
  router.get('/c/embedded/:session', (req, res) => {
    withOpen(core, { id: req.params.session, ...secretsOf(req.query) }, res, (vault, session) => {
      res.send(checkoutPage({ ...shown(core, vault, session) }));
    });
  });
  router.post('/c/embedded/:session', express.urlencoded({ extended: false }), (req, res) => {
    withOpen(core, { id: req.params.session, ...secretsOf(req.query) }, res, (vault, session) => {
      const { method = '', number = '', email } = req.body as Partial<Record<string, string>>;
      const payment = paymentOf(method, number);
      const after = paySession(core, vault, session, payment, email);
      core.changed();
      if (payment !== 'declined') res.send(done(after));
      else res.status(402).send(checkoutPage({ ...shown(core, vault, session), email, problem: declinedSentence }));
    });
  });
  return router;
}

const shown = (core: Core, vault: Vault, session: Session) => ({
  session,
  items: vault.lineItems[session.id] ?? [],
  merchant: merchantOf(core.world, vault),
});

interface Asked {
  id: string;
  secret: string;
  key: string;
}

const secretsOf = ({ secret, key }: { secret?: unknown; key?: unknown }) => ({ secret: String(secret), key: String(key) });

/** The surrounding page decides where the browser goes next, unless Stripe was told to redirect. */
const done = (session: Session): string => doneInFrame(session.redirect_on_completion === 'always' ? returnAddress(session) : undefined);

/** Opens only with the session's secret and the publishable key of its account and mode. */
function withOpen(core: Core, { id, secret, key }: Asked, res: Response, act: (vault: Vault, session: Session) => unknown): void {
  expireOverdue(core);
  const vault = vaultOf(core.world, 'sessions', id);
  const session = vault?.sessions[id];
  const account = core.world.accounts.find((one) => one.id === vault?.accountId);
  const rightKey = vault?.livemode ? account?.livePublishableKey : account?.publishableKey;
  if (!vault || !session?.client_secret || session.client_secret !== secret || rightKey !== key) {
    res.status(404).send(closedPage('There is no such payment.', 'The secret of the session and the publishable key do not fit together.'));
  } else if (session.status === 'expired') {
    res.status(410).send(closedPage('This payment page has expired.', 'Nothing was charged. Start the purchase again.'));
  } else if (session.status === 'complete') {
    res.send(done(session));
  } else {
    act(vault, session);
  }
}
