import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { Clock } from '../clock.ts';
import type { FaultControl } from '../faults/faults.ts';
import type { RetellControl } from '../retell/control.ts';
import type { StripeControl } from '../stripe/control.ts';
import type { TrunkControl } from '../trunk/control.ts';
import type { TwilioControl } from '../twilio/control.ts';
import { clockRoutes } from './clock.ts';
import { faultRoutes } from './faults.ts';
import { choice, text, whole } from './input.ts';
import { retellRoutes } from './retell.ts';
import { returnRoutes } from './returns.ts';
import { send } from './send.ts';
import { trunkRoutes } from './trunk.ts';
import { twilioRoutes } from './twilio.ts';

interface Controls {
  stripe: StripeControl;
  twilio: TwilioControl;
  retell: RetellControl;
  trunk: TrunkControl;
  faults: FaultControl;
  clock: Clock;
  reset(): void;
}

/** The programmatic control, for other processes: JSON under `/sandbox`. */
export function controlRoutes({ stripe, twilio, retell, trunk, faults, clock, reset }: Controls): Router {
  const router = Router();
  router.use(express.json());
  // Another site's page cannot send JSON here without a preflight, which gets no answer.
  router.post('/{*path}', (req, res, next) => {
    if (req.is('application/json')) next();
    else res.status(415).json({ error: { message: 'Send JSON with content-type application/json.' } });
  });

  router.get('/accounts', (_req, res) => send(res, stripe.accounts()));
  router.post('/accounts', (req, res) => send(res.status(201), stripe.createAccount(text(req, 'name'))));
  router.get('/sessions', (_req, res) => send(res, stripe.sessions()));
  router.post('/sessions/:id/pay', (req, res) =>
    send(res, stripe.pay(req.params.id, choice(req, 'payment', ['card', 'delayed', 'declined']))),
  );
  router.post('/sessions/:id/settle', (req, res) =>
    send(res, stripe.settle(req.params.id, choice(req, 'outcome', ['succeeded', 'failed']))),
  );
  router.post('/sessions/:id/expire', (req, res) => send(res, stripe.expire(req.params.id)));
  router.post('/sessions/:id/tamper', (req, res) => send(res, stripe.tamper(req.params.id, req.body)));
  returnRoutes(router, stripe);
  twilioRoutes(router, twilio);
  retellRoutes(router, retell);
  trunkRoutes(router, trunk);
  router.post('/reset', (_req, res) => send(res, reset()));
  router.get('/events', (_req, res) => send(res, stripe.events()));
  router.get('/deliveries', (req, res) => send(res, stripe.deliveries(typeof req.query.event === 'string' ? req.query.event : undefined)));
  router.post('/events/:id/deliver', async (req, res) => send(res, await stripe.deliver(req.params.id, whole(req, 'times', 100))));
  router.post('/events/:id/drop', (req, res) => send(res, stripe.drop(req.params.id)));
  router.post('/deliveries/pause', (_req, res) => send(res, stripe.pauseDeliveries()));
  router.post('/deliveries/resume', (_req, res) => send(res, stripe.resumeDeliveries()));
  clockRoutes(router, clock);
  faultRoutes(router, stripe, faults);

  router.use((req, res) => {
    res.status(404).json({ error: { message: `The sandbox has no ${req.method} ${req.baseUrl}${req.path}.` } });
  });
  router.use(refused);
  return router;
}

/** Answers a caller's mistake with one sentence; anything else is a 500. */
function refused(error: Error & { status?: number }, _req: Request, res: Response, next: NextFunction): void {
  if (error.status === undefined) next(error);
  else res.status(error.status).json({ error: { message: error.message } });
}
