import type { Express, Request, Response } from 'express';
import { contract, type Operation } from '../contract/index.ts';
import { parseAs } from '../contract/parse.ts';
import { refuse } from '../contract/refusal.ts';
import { untilCutOff } from '../domain/accounts/revocations.ts';
import { alertOfProvider } from '../domain/journal/alerts.ts';
import type { Limits } from '../domain/limits/limits.ts';
import type { Deps } from '../ports/index.ts';
import { digestInput } from '../security/digest.ts';
import { randomName } from '../security/random.ts';
import { addressOfCaller } from './address.ts';
import { readBytes, readInput, readPart } from './body.ts';
import { authenticateCaller, callerName } from './caller.ts';
import type { Caller } from './callers/index.ts';
import { runOnce } from './idempotency.ts';
import { runJournaled } from './journaled.ts';
import { limitGuesses, limitInput, limitRead, limitRefused } from './limits.ts';
import { sendCacheable, sendPage, tagBody } from './page.ts';
import { addressOf, type RequestFacts, type Route } from './route.ts';
import { sendStream } from './stream.ts';

export interface ServeDeps extends Deps {
  limits: Limits;
}

/** Puts every route at its address. Another method there is a 405. */
export function mountRoutes(app: Express, routes: readonly Route[], deps: ServeDeps): void {
  for (const route of routes) {
    const operation: Operation = contract[route.name];
    const address = addressOf(route.name);
    const handle = (req: Request, res: Response) => serve(route, operation, req, res, deps);
    const known = app.route(address);
    if (operation.method === 'GET') known.get(handle);
    else known.post(handle);
    known.all(() => refuse('operation.wrong_method', { values: { method: operation.method } }));
  }
}

/** Handles a request: identifies the caller, reads the input, does the work, and sends an answer that the contract allows. */
async function serve(route: Route, operation: Operation, req: Request, res: Response, deps: ServeDeps): Promise<void> {
  res.locals.operation = route.name;
  const caller = await limitRefused(operation, { req, res }, deps.limits, () => authenticateCaller(req, operation, deps));
  res.locals.caller = callerName(caller);
  if (operation.method !== 'GET' && !operation.whenFull && deps.troubles.has('disk.full')) refuse('server.disk_full');
  const admitted = { name: route.name, operation, req, res, caller, limits: deps.limits };
  const { input, bytes } = await limitRead(admitted, route.known !== undefined, () => read(operation, req, res, caller));
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, deps.draining]);
  const address = addressOfCaller(req);
  const call: RequestFacts = { url: deps.publicUrl + req.path, seed: randomName(), log: res.locals.log, req, address, bytes, signal };
  const giveBack = await limitInput(admitted, input, route.known && (async () => route.known?.(caller, input, call)));

  if (route.fixed) return sendCacheable(res, route.fixed());
  if (route.page) return sendPage(res, await route.page(caller, input, call));
  if (route.stream) {
    const open = (signal: AbortSignal) => route.stream?.(caller, input, { ...call, signal }) ?? [];
    const check = (event: unknown) => operation.output.parse(event);
    const name = callerName(caller);
    if (caller.kind !== 'client') return sendStream(res, open, { name, signal, until: undefined, check });
    const granted = AbortSignal.any([signal, untilCutOff(caller, gone.signal, deps)]);
    return sendStream(res, open, { name, signal: granted, until: caller.expiresAt, check });
  }

  const deed = { name: route.name, operation, caller, input, requestId: String(res.getHeader('Request-Id')), log: deps.log };
  const work = (seed: string) =>
    alerting(deed, deps, () => runJournaled({ ...deed, seed }, () => route.work(caller, input, { ...call, seed })));
  const done = await limitGuesses(giveBack, () =>
    operation.repeatable ? repeatably(route, caller, input, { req, res, work, deps }) : work(call.seed),
  );
  const output = route.present ? await route.present(done, caller, input, call) : done;
  const body = operation.output.parse(output);
  if (operation.cacheable && caller.kind === 'visitor') return sendCacheable(res, tagBody(body));
  res.setHeader('Cache-Control', 'no-store');
  res.json(body);
}

/** Does a caller's work. If a provider refuses the caller's agency, the agency is told as well. */
async function alerting<Done>({ caller, requestId }: { caller: Caller; requestId: string }, deps: Deps, work: () => Promise<Done>) {
  try {
    return await work();
  } catch (error) {
    if ('access' in caller) await alertOfProvider(caller.access.scope, error, deps, requestId);
    throw error;
  }
}

async function read(operation: Operation, req: Request, res: Response, caller: Caller): Promise<{ input: unknown; bytes: Buffer }> {
  const { input, bytes } = await readSent(operation, req, res, caller);
  return { input: parseAs(operation.input, input), bytes };
}

async function readSent(operation: Operation, req: Request, res: Response, caller: Caller): Promise<{ input: unknown; bytes: Buffer }> {
  if (operation.body === 'bytes') return readPart(req, res, caller, operation);
  if (operation.body === 'raw') return { input: req.params, bytes: await readBytes(req, res, caller) };
  return { input: await readInput(req, res, caller, operation), bytes: Buffer.alloc(0) };
}

interface Attempt {
  req: Request;
  res: Response;
  work(seed: string): Promise<unknown>;
  deps: Deps;
}

/** Runs an attempt. Without a key every call is an attempt of its own. */
async function repeatably({ name }: Route, caller: Caller, input: unknown, { req, res, work, deps }: Attempt): Promise<unknown> {
  const key = req.headers['idempotency-key'];
  if (key === undefined) return work(randomName());
  if (typeof key !== 'string' || !/^[\w-]{8,200}$/.test(key)) refuse('idempotency.key_invalid');
  const { answer, repeated } = await runOnce(
    { caller: callerName(caller), operation: name, key, inputHash: digestInput(deps.keys, input) },
    work,
  );
  if (repeated) res.setHeader('Idempotent-Replayed', 'true');
  return answer;
}
