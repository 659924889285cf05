import express, { Router } from 'express';
import type { ClockControl } from '../clock.ts';
import { controlPage } from '../control/page.ts';
import type { FaultControl } from '../faults/faults.ts';
import type { Inbox } from '../mail/inbox.ts';
import type { Phones } from '../phone/phone.ts';
import type { Core } from '../stripe/core.ts';
import { expireOverdue } from '../stripe/payments.ts';
import type { TrunkControl } from '../trunk/control.ts';
import { checkoutRoutes } from './checkout.ts';
import { embeddedRoutes } from './embedded.ts';
import { assetsFolder, pagePolicy } from './html.ts';
import { mailRoutes } from './mail.ts';

interface Shown {
  core: Core;
  inbox: Inbox;
  phone: Phones;
  clock: ClockControl;
  faults: FaultControl;
  trunk: TrunkControl;
}

/** Serves all pages for people: the control page, the hosted Checkout page and the inbox. */
export function pageRoutes({ core, inbox, phone, clock, faults, trunk }: Shown): Router {
  const router = Router();
  router.use('/assets', express.static(assetsFolder));
  router.use((_req, res, next) => {
    res.set({ 'content-security-policy': pagePolicy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    next();
  });
  router.get('/', (_req, res) => {
    expireOverdue(core);
    res.send(controlPage({ world: core.world, paused: core.webhooks.paused, clock, faults, trunk }));
  });
  router.use(checkoutRoutes(core));
  router.use(embeddedRoutes(core));
  router.use(mailRoutes(inbox));
  router.get('/phone/messages', (req, res) => {
    res.json({ messages: phone.list(typeof req.query.to === 'string' ? req.query.to : undefined) });
  });
  return router;
}
