import express, { type Response, Router } from 'express';
import type { Core } from '../stripe/core.ts';
import type { Session } from '../stripe/objects.ts';
import { expireOverdue } from '../stripe/payments.ts';
import { type Vault, vaultOf } from '../world.ts';
import { formOf, payByForm, returnAddress } from './checkout.ts';
import { closedPage } from './checkout-page.ts';
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
      res.send(formOf(core, vault, session));
    });
  });
  router.post('/c/embedded/:session', express.urlencoded({ extended: false }), (req, res) => {
    withOpen(core, { id: req.params.session, ...secretsOf(req.query) }, res, (vault, session) => {
      const { paid, refusal } = payByForm(core, vault, session, req.body);
      if (paid) res.send(done(paid));
      else res.status(402).send(refusal);
    });
  });
  return router;
}

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
