import type { Request, Router } from 'express';
import type { Clock } from '../clock.ts';
import { mistake } from './input.ts';
import { send } from './send.ts';

/** The movable clock under `/sandbox/clock`. POST takes `{ advanceSeconds }` or `{ offsetSeconds }`. */
export function clockRoutes(router: Router, clock: Clock): void {
  const state = () => ({ now: clock.now().toISOString(), offsetSeconds: clock.offsetSeconds });
  router.get('/clock', (_req, res) => send(res, state()));
  router.post('/clock', (req, res) => {
    if (req.body?.advanceSeconds !== undefined) clock.advance(seconds(req, 'advanceSeconds'));
    else clock.set(seconds(req, 'offsetSeconds'));
    send(res, state());
  });
  // Streams the offset: the present one, and each new one.
  router.get('/clock/moves', (req, res) => {
    res.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
    const tell = () => res.write(`data: ${JSON.stringify({ offsetSeconds: clock.offsetSeconds })}\n\n`);
    tell();
    clock.on('moved', tell);
    req.once('close', () => clock.off('moved', tell));
  });
}

function seconds(req: Request, name: string): number {
  const value: unknown = req.body?.[name];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw mistake('Send `advanceSeconds` or `offsetSeconds`, a whole number.');
}
