import express, { type Request as HttpRequest, type NextFunction, type Response, Router } from 'express';
import { isDone, type Reply, spoil } from '../faults/answers.ts';
import type { Fate, Faults } from '../faults/faults.ts';
import { newId, nowSeconds } from '../ids.ts';
import type { Vault } from '../world.ts';
import type { Call, Core } from './core.ts';
import { expanded } from './expand.ts';
import { begin, fingerprintOf, release, store } from './idempotency.ts';
import { unlock } from './keys.ts';
import type { Answer } from './objects.ts';
import { operations } from './operations.ts';
import { checked, decode, type Request } from './parameters.ts';
import { expireOverdue } from './payments.ts';
import { faultWords, StripeRefusal, unknownUrl } from './refusals.ts';

/** Serves Stripe's API under `/v1`: form-encoded in, JSON out. */
export function stripeApi(core: Core, faults: Faults): Router {
  const router = Router({ strict: true });
  router.use('/v1', express.text({ type: () => true, limit: '1mb' }));
  for (const request of Object.keys(operations) as Request[]) {
    const [method = '', path = ''] = request.split(' ');
    const verb = method.toLowerCase() as 'get' | 'post' | 'delete';
    router[verb](path, (req, res) => answer(core, request, req, res, faults.takeForRequest(method, req.path)));
  }
  router.use('/v1', (req, res) => refuse(res, unknownUrl(req.method, req.baseUrl + req.path)));
  router.use('/v1', broken);
  return router;
}

function answer(core: Core, request: Request, req: HttpRequest, res: Response, fault: Fate | undefined): void {
  res.set({ 'request-id': newId('req'), 'stripe-version': req.get('stripe-version') ?? '2026-10-28.endive' });
  try {
    const vault = unlock(core.world, req.get('authorization'), request);
    const given = decode(req.method === 'POST' ? String(req.body ?? '') : (req.url.split('?')[1] ?? ''));
    const at = nowSeconds(core.world);
    const fingerprint = fingerprintOf(req.method, req.path, given);
    const parameters = checked(request, given);
    const key = req.method === 'POST' ? req.get('idempotency-key') : undefined;
    const stored = key === undefined ? undefined : begin(vault, key, fingerprint, at);
    const failure = fault && failureOf(fault);
    if (fault && !failure && !isDone(fault)) {
      // A request without an answer holds its key until the connection ends, like a slow one.
      if (key !== undefined) res.once('close', () => release(vault, key));
      spoil(res, fault, faultWords);
      return;
    }
    const done = () => work(core, request, { core, vault, parameters, id: String(req.params.id ?? '') });
    // A stored answer is repeated without any work that could fail.
    const reply = stored ?? { at, fingerprint, ...(failure ? failed(failure, fault, done) : done()) };
    if (key !== undefined) remember(res, vault, key, reply, stored !== undefined);
    if (key !== undefined && reply.status >= 500) res.set('stripe-should-retry', 'false');
    finish(res, reply, failure ? undefined : fault);
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    refuse(res, error);
  }
}

/** Returns the failure of a request whose work broke or was refused in the end. It is stored under the request's key. */
function failureOf({ kind, refused }: Fate): Reply | undefined {
  if (kind === '500') return { status: 500, body: faultWords['500'] };
  return refused && !isBeforeWork.has(refused.status) ? refused : undefined;
}

/** The work may be done before it fails. */
function failed(failure: Reply, fault: Fate, done: () => Reply): Reply {
  if (isDone(fault)) done();
  return failure;
}

/** Statuses that refuse a request before any work. */
const isBeforeWork = new Set([401, 403, 409, 429, 502, 503, 504]);

function finish(res: Response, reply: Reply, fault: Fate | undefined): void {
  if (fault) spoil(res, fault, faultWords, reply);
  else res.status(reply.status).json(reply.body);
}

/** Runs the operation; a refusal is an answer too, and stored like one. */
function work(core: Core, request: Request, call: Call<{ expand?: string[] }>): Reply {
  expireOverdue(core);
  // The table pairs each operation with its own parameters, which a union cannot express.
  const operation = operations[request] as (call: Call<unknown>) => object;
  try {
    const body = expanded(call.vault, operation(call), call.parameters.expand);
    core.changed();
    return { status: 200, body: structuredClone(body) };
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    return { status: error.status, body: error.body() };
  }
}

function remember(res: Response, vault: Vault, key: string, answer: Answer, replayed: boolean): void {
  store(vault, key, answer);
  release(vault, key);
  res.set('idempotency-key', key);
  if (replayed) res.set('idempotent-replayed', 'true');
}

/** Answers any error in Stripe's shape, because the SDK takes an answer without `error` for a success. */
function broken(error: Error & { status?: number }, _req: HttpRequest, res: Response, _next: NextFunction): void {
  refuse(res, new StripeRefusal(error.status ?? 500, `The sandbox failed: ${error.message}`, { type: 'api_error' }));
}

const refuse = (res: Response, refusal: StripeRefusal): void => {
  res.status(refusal.status).json(refusal.body());
};
