import express, { Router } from 'express';
import { controlPage } from '../control/page.ts';
import type { Inbox } from '../mail/inbox.ts';
import type { Core } from '../stripe/core.ts';
import { expireOverdue } from '../stripe/payments.ts';
import { checkoutRoutes } from './checkout.ts';
import { assetsFolder, pagePolicy } from './html.ts';
import { mailRoutes } from './mail.ts';

/** Everything here that a person looks at: the control page, the hosted Checkout page and the inbox. */
export function pageRoutes(core: Core, inbox: Inbox): Router {
  const router = Router();
  router.use('/assets', express.static(assetsFolder));
  router.use((_req, res, next) => {
    res.set({ 'content-security-policy': pagePolicy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    next();
  });
  router.get('/', (_req, res) => {
    expireOverdue(core);
    res.send(controlPage(core.world, core.courier.paused));
  });
  router.use(checkoutRoutes(core));
  router.use(mailRoutes(inbox));
  return router;
}
