import type { Router } from 'express';
import type { RetellControl } from '../retell/control.ts';
import { choice, text, whole } from './input.ts';
import { send } from './send.ts';

const failuresMost = 1000;

/** Retell's accounts and knowledge bases under `/sandbox/retell`. */
export function retellRoutes(router: Router, retell: RetellControl): void {
  router.get('/retell/accounts', (_req, res) => send(res, retell.accounts()));
  router.post('/retell/accounts', (req, res) => send(res.status(201), retell.createAccount(text(req, 'name'))));
  router.get('/retell/bases', (_req, res) => send(res, retell.bases()));
  router.post('/retell/bases/:id/finish', (req, res) =>
    send(res, retell.finish(req.params.id, choice(req, 'outcome', ['complete', 'error']))),
  );
  router.post('/retell/fail-next', (req, res) => send(res, retell.failNext(whole(req, 'times', failuresMost))));
}
