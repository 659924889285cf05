import type { Router } from 'express';
import type { StripeControl } from '../stripe/control.ts';
import { choice, wholeOrNone } from './input.ts';
import { send } from './send.ts';

const amountMost = 99_999_999;

/** Refunds and disputes under `/sandbox`. */
export function returnRoutes(router: Router, stripe: StripeControl): void {
  router.get('/charges', (_req, res) => send(res, stripe.charges()));
  router.get('/refunds', (_req, res) => send(res, stripe.refunds()));
  router.get('/disputes', (_req, res) => send(res, stripe.disputes()));
  router.post('/sessions/:id/refund', (req, res) => {
    const status = choice(req, 'status', ['succeeded', 'pending']);
    send(res, stripe.refund(req.params.id, wholeOrNone(req, 'amount', amountMost), status));
  });
  router.post('/refunds/:id/settle', (req, res) => send(res, stripe.settleRefund(req.params.id)));
  router.post('/refunds/:id/fail', (req, res) => send(res, stripe.failRefund(req.params.id)));
  router.post('/sessions/:id/dispute', (req, res) => send(res, stripe.dispute(req.params.id, wholeOrNone(req, 'amount', amountMost))));
  router.post('/disputes/:id/close', (req, res) => send(res, stripe.closeDispute(req.params.id, choice(req, 'outcome', ['won', 'lost']))));
}
