import express, { type Request as HttpRequest, type NextFunction, type Response, Router } from 'express';
import { parse } from 'qs';
import { isDone, type Reply, spoil } from '../faults/answers.ts';
import type { Fate, Faults } from '../faults/faults.ts';
import { nowSeconds } from '../ids.ts';
import { checker } from '../schemas/check.ts';
import schemas from '../schemas/twilio.json' with { type: 'json' };
import type { TwilioRequests } from '../schemas/twilio.ts';
import type { World } from '../world.ts';
import { unlockTwilio } from './accounts.ts';
import type { Call } from './core.ts';
import { operations } from './operations.ts';
import { badParameter, faultWords, notFound, TwilioRefusal } from './refusals.ts';

const check = checker(schemas);

interface Told {
  world: World;
  faults: Faults;
  changed(): void;
}

/** Serves Twilio's API, form-encoded in and JSON out, for a client without the products' hosts. */
export function twilioApi(told: Told): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.use(express.text({ type: () => true, limit: '1mb' }));
  for (const request of Object.keys(operations) as (keyof TwilioRequests)[]) {
    const [method = '', path = ''] = request.split(' ');
    const verb = method.toLowerCase() as 'get' | 'post' | 'delete';
    router[verb](path, (req, res) => answer(told, request, req, res, told.faults.takeForRequest(method, req.baseUrl + req.path)));
  }
  router.use((req, res) => refuse(res, notFound(req.path)));
  router.use(broken);
  return router;
}

function answer(told: Told, request: keyof TwilioRequests, req: HttpRequest, res: Response, fault: Fate | undefined): void {
  try {
    const call = understood(told, request, req);
    const reply = fault && !isDone(fault) ? undefined : work(told, request, call);
    if (fault) spoil(res, fault, faultWords, reply);
    else if (reply) send(res, reply);
  } catch (error) {
    if (!(error instanceof TwilioRefusal)) throw error;
    refuse(res, error);
  }
}

function understood({ world }: Told, request: keyof TwilioRequests, req: HttpRequest): Call<object> {
  const account = unlockTwilio(world, req.get('authorization'));
  const named = Object.fromEntries(Object.entries(req.params).map(([name, value]) => [name, String(value)]));
  if (named.account !== undefined && named.account !== account.sid) throw notFound(req.path);
  const parameters = parse(req.method === 'POST' ? String(req.body ?? '') : (req.url.split('?')[1] ?? ''), { plainObjects: true });
  const mistake = check(request, parameters);
  if (mistake) throw badParameter(mistake);
  return { world, account, parameters, named, path: req.path, now: nowSeconds(world) };
}

/** Runs the operation; a refusal is an answer too. */
function work({ changed }: Told, request: keyof TwilioRequests, call: Call<object>): Reply {
  // The table pairs each operation with its own parameters, which a union cannot express.
  const operation = operations[request] as (call: Call<unknown>) => object | undefined;
  const status = request.startsWith('POST') && !request.includes(':sid') ? 201 : 200;
  try {
    const body = operation(call);
    changed();
    return body ? { status, body } : { status: 204, body: {} };
  } catch (error) {
    if (!(error instanceof TwilioRefusal)) throw error;
    return { status: error.status, body: error.body() };
  }
}

function send(res: Response, { status, body }: Reply): void {
  if (status === 204) res.status(204).end();
  else res.status(status).json(body);
}

function broken(error: Error & { status?: number }, _req: HttpRequest, res: Response, _next: NextFunction): void {
  refuse(res, new TwilioRefusal(error.status ?? 500, 20_500, `The sandbox failed: ${error.message}`));
}

const refuse = (res: Response, refusal: TwilioRefusal): void => void res.status(refusal.status).json(refusal.body());
