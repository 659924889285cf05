import type { Router } from 'express';
import type { TrunkControl } from '../trunk/control.ts';
import { behaviours } from '../trunk/trunk.ts';
import { choice, text } from './input.ts';
import { send } from './send.ts';

/** The SIP trunk under `/sandbox/trunk`. POST takes any of `behaviour`, `username` and `password`. */
export function trunkRoutes(router: Router, trunk: TrunkControl): void {
  const state = () => ({ ...trunk.state(), calls: trunk.calls() });
  router.get('/trunk', (_req, res) => send(res, state()));
  router.post('/trunk', (req, res) => {
    const given = req.body ?? {};
    trunk.set({
      ...(given.behaviour !== undefined && { behaviour: choice(req, 'behaviour', behaviours) }),
      ...(given.username !== undefined && { username: text(req, 'username') }),
      ...(given.password !== undefined && { password: text(req, 'password') }),
    });
    send(res, state());
  });
}
