import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { ApiError, apiAt } from '../api-client.ts';

/** The longest test call that the page may request. By default it lasts 61 seconds, because that costs 1.017 minutes and not 2. */
const SECONDS_MAX = 600;

/** Agents that the agency creates for every client. */
const agentsOfEach = ['Front desk', 'After hours'];

/**
 * The agency's own back office: its server's work with the secret key, which never reaches a page. It believes the page about the client; a
 * real agency asks its own session.
 */
export function backOffice(api: string, secretKey: string, makeAgent: (name: string) => string): Router {
  const call = apiAt(api);
  const router = express.Router();
  router.use(express.json({ limit: '2kb' }));

  router.post('/call', async (request, response) => {
    const { clientId, seconds } = (request.body ?? {}) as { clientId?: unknown; seconds?: unknown };
    const about = { clientId, callId: `demo-${randomUUID()}`, seconds: Math.min(Number(seconds), SECONDS_MAX) };
    // Started before the call is made, because a finished call is charged whatever the client has left.
    await answer(response, async () => {
      await call('calls.start', secretKey, about);
      return call('calls.end', secretKey, about);
    });
  });

  const asked = new Map<string, Promise<unknown>>();
  router.post('/agents', async (request, response) => {
    const clientId = String(request.body?.clientId);
    // Two parallel requests of a page get one set of agents.
    const making = asked.get(clientId) ?? giveAgents(clientId).finally(() => asked.delete(clientId));
    asked.set(clientId, making);
    await answer(response, () => making);
  });

  async function giveAgents(clientId: string): Promise<{ agents: string[] }> {
    const { agents } = await call<{ agents: { name: string }[] }>('agents.list', secretKey, { clientId });
    for (const name of agentsOfEach) {
      if (agents.some((agent) => agent.name === name)) continue;
      await call('agents.register', secretKey, { clientId, providerAgentId: makeAgent(name), name });
    }
    return { agents: agentsOfEach };
  }

  router.get('/minutes', async (_request, response) => {
    await answer(response, async () => {
      const { minutes } = await call<{ minutes: { available: number } }>('agency.read', secretKey);
      return { availableMillis: minutes.available };
    });
  });

  return router;
}

/** Passes a refusal on unchanged, because its sentence is written for people. */
async function answer(response: Response, work: () => Promise<unknown>): Promise<void> {
  response.set('cache-control', 'no-store');
  try {
    response.json(await work());
  } catch (error) {
    const refusal =
      error instanceof ApiError ? error : new ApiError(503, 'api.unreachable', 'The service does not answer. Please try again.');
    response.status(refusal.status).json({ error: { code: refusal.code, message: refusal.message } });
  }
}
