import type { Request, Router } from 'express';
import type { Chance, Fault, FaultControl } from '../faults/faults.ts';
import { type Kind, kinds, type Step } from '../faults/kinds.ts';
import type { StripeControl } from '../stripe/control.ts';
import { choice, mistake, text, whole } from './input.ts';
import { send } from './send.ts';

const stepsMost = 1000;

/**
 * Controls faults under `/sandbox/faults`. POST takes one of three: `{ script: [step, ...] }`, `{ random: { seed?, rate, kinds } }`, or a
 * fault for one path, `{ path, method?, how?, times?, done? }`, where `how` is a word or the whole answer: `{ status, body }`. Answers with
 * waiting and past faults.
 */
export function faultRoutes(router: Router, stripe: StripeControl, faults: FaultControl): void {
  router.get('/faults', (_req, res) => send(res, faults.state()));
  router.post('/faults/calm', (_req, res) => {
    faults.calm();
    send(res, faults.state());
  });
  router.post('/faults', (req, res) => {
    if (req.body?.script !== undefined) faults.script(steps(req.body.script));
    else if (req.body?.random !== undefined) faults.random(chance(req.body.random));
    else failNext(req, stripe);
    send(res, faults.state());
  });
}

function failNext(req: Request, stripe: StripeControl): void {
  const method = req.body.method === undefined ? {} : { method: choice(req, 'method', ['GET', 'POST', 'DELETE']) };
  const done = typeof req.body.done === 'boolean' ? { done: req.body.done } : {};
  stripe.failNext({
    path: text(req, 'path'),
    ...method,
    how: how(req),
    times: whole(req, 'times', 1000),
    ...done,
  });
}

function how(req: Request): Fault['how'] {
  const { status, body } = Object(req.body.how) as Record<string, unknown>;
  if (status === undefined) return choice(req, 'how', kinds.requests);
  const isNo = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
  if (isNo && typeof body === 'object' && body !== null) return { status, body };
  throw mistake('`how.status` is a status from 400 to 599, and `how.body` an object.');
}

function steps(given: unknown): Step[] {
  // The script itself checks whether each word is a step.
  if (Array.isArray(given) && given.length <= stepsMost && given.every((step) => typeof step === 'string')) return given as Step[];
  throw mistake(`\`script\` is a list of at most ${stepsMost} steps.`);
}

function chance(given: unknown): Chance {
  const { seed, rate, kinds: wanted } = Object(given) as Record<string, unknown>;
  const known: readonly string[] = Object.values(kinds).flat();
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw mistake('`random.seed` is a whole number.');
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) throw mistake('`random.rate` is a number from 0 to 1.');
  if (!Array.isArray(wanted) || !wanted.every((kind) => known.includes(kind))) {
    throw mistake(`\`random.kinds\` is a list of ${known.join(', ')}.`);
  }
  return { ...(seed !== undefined && { seed: seed as number }), rate, kinds: wanted as Kind[] };
}
