import express, { type Request as HttpRequest, type NextFunction, type Response, Router } from 'express';
import { isDone, type Reply, spoil } from '../faults/answers.ts';
import type { Faults } from '../faults/faults.ts';
import { checker } from '../schemas/check.ts';
import schemas from '../schemas/retell.json' with { type: 'json' };
import type { RetellRequests } from '../schemas/retell.ts';
import { unlockRetell } from './accounts.ts';
import { getAgent, getFlow, getLlm, listAgents, updateAgent, updateFlow, updateLlm } from './agents.ts';
import { addSources, createBase, deleteBase, deleteSource, getBase, listBases } from './bases.ts';
import type { Call, RetellCore } from './core.ts';
import { type Form, readForm } from './multipart.ts';
import { deleteNumber, getNumber, importNumber, updateNumber } from './numbers.ts';
import { badRequest, faultWords, RetellRefusal, unknownPath } from './refusals.ts';
import { createVersion, deleteVersion, listVersions, publishVersion } from './versions.ts';

type Operations = { [R in keyof RetellRequests]: (call: Call<RetellRequests[R]>) => object | undefined };

/** The supported part of Retell's API. */
const operations: Operations = {
  'POST /create-knowledge-base': createBase,
  'GET /get-knowledge-base/:id': getBase,
  'GET /list-knowledge-bases': listBases,
  'DELETE /delete-knowledge-base/:id': deleteBase,
  'POST /add-knowledge-base-sources/:id': addSources,
  'DELETE /delete-knowledge-base-source/:id/source/:source': deleteSource,
  'POST /v2/list-agents': listAgents,
  'GET /get-agent/:id': getAgent,
  'PATCH /update-agent/:id': updateAgent,
  'GET /list-agent-versions/:id': listVersions,
  'POST /create-agent-version/:id': createVersion,
  'POST /publish-agent-version/:id': publishVersion,
  'DELETE /delete-agent-version/:id': deleteVersion,
  'GET /get-retell-llm/:id': getLlm,
  'PATCH /update-retell-llm/:id': updateLlm,
  'GET /get-conversation-flow/:id': getFlow,
  'PATCH /update-conversation-flow/:id': updateFlow,
  'POST /import-phone-number': importNumber,
  'GET /get-phone-number/:number': getNumber,
  'PATCH /update-phone-number/:number': updateNumber,
  'DELETE /delete-phone-number/:number': deleteNumber,
};

/** Status of success; 200 by default. */
const statuses: Partial<Record<keyof RetellRequests, number>> = {
  'POST /create-knowledge-base': 201,
  'POST /add-knowledge-base-sources/:id': 201,
  'POST /create-agent-version/:id': 201,
  'POST /import-phone-number': 201,
  'DELETE /delete-phone-number/:number': 204,
  'DELETE /delete-knowledge-base/:id': 204,
  'DELETE /delete-agent-version/:id': 204,
};

const check = checker(schemas);

/** Retell as the SDK speaks it: JSON, and forms with files. */
export function retellApi(core: RetellCore, faults: Faults): Router {
  const router = Router({ strict: true });
  router.use(express.json({ limit: '5mb' }));
  for (const request of Object.keys(operations) as (keyof RetellRequests)[]) {
    const [method = '', path = ''] = request.split(' ');
    const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
    router[verb](path, (req, res) => answer({ core, faults, request }, req, res));
  }
  router.use((req, res) => refuse(res, unknownPath(req.method, req.path)));
  router.use((error: Error & { status?: number }, _req: HttpRequest, res: Response, _next: NextFunction) =>
    refuse(res, new RetellRefusal(error.status ?? 500, `The sandbox failed: ${error.message}`)),
  );
  return router;
}

interface Asked {
  core: RetellCore;
  faults: Faults;
  request: keyof RetellRequests;
}

async function answer({ core, faults, request }: Asked, req: HttpRequest, res: Response): Promise<void> {
  const fault = faults.takeForRequest(req.method, req.baseUrl + req.path);
  try {
    const account = unlockRetell(core.world, req.get('authorization'));
    const form: Form = req.is('multipart/form-data') ? await readForm(req) : { body: req.body ?? {}, files: [] };
    const mistake = check(request, form.body);
    if (mistake) throw badRequest(mistake);
    const words = (given: object) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
    const call = { core, account, ...form, named: words(req.params), asked: words(req.query) };
    const reply = fault && !isDone(fault) ? undefined : work(request, call);
    if (fault) spoil(res, fault, faultWords, reply);
    else if (reply?.body) res.status(reply.status).json(reply.body);
    else if (reply) res.status(reply.status).end();
  } catch (error) {
    if (!(error instanceof RetellRefusal)) throw error;
    refuse(res, error);
  }
}

/** Runs the operation; a refusal is an answer too. */
function work(request: keyof RetellRequests, call: Call<object>): Reply {
  // The table pairs each operation with its own body, which a union cannot express.
  const operation = operations[request] as (call: Call<unknown>) => object | undefined;
  try {
    const body = operation(call);
    call.core.changed();
    return { status: statuses[request] ?? 200, body };
  } catch (error) {
    if (!(error instanceof RetellRefusal)) throw error;
    return { status: error.status, body: error.body() };
  }
}

const refuse = (res: Response, refusal: RetellRefusal): void => void res.status(refusal.status).json(refusal.body());
