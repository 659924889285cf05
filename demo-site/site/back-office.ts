import { randomUUID } from 'node:crypto';
import express, { type Response, type Router } from 'express';
import { ApiError, apiAt } from '../api-client.ts';

/** The longest test call that the page may ask for. The usual one lasts 61 seconds, because that costs 1.017 minutes and not 2. */
const SECONDS_MAX = 600;

/** The agents that the agency makes for every client. */
const agentsOfEach = ['Front desk', 'After hours'];

/**
 * The agency's own back office: what its server does with the secret key, which never reaches a page.
 * It takes the page's word for who the client is. A real agency asks its own session.
 */
export function agencyDesk(api: string, secretKey: string, makeAgent: (name: string) => string): Router {
  const call = apiAt(api);
  const desk = express.Router();
  desk.use(express.json({ limit: '2kb' }));

  desk.post('/call', async (request, response) => {
    const { clientId, seconds } = (request.body ?? {}) as { clientId?: unknown; seconds?: unknown };
    const about = { clientId, callId: `demo-${randomUUID()}`, seconds: Math.min(Number(seconds), SECONDS_MAX) };
    // Asked before it is made: a call that was made is charged whatever the client has left.
    await answer(response, async () => {
      await call('calls.start', secretKey, about);
      return call('calls.end', secretKey, about);
    });
  });

  const asked = new Map<string, Promise<unknown>>();
  desk.post('/agents', async (request, response) => {
    const clientId = String(request.body?.clientId);
    // A page that asks twice at a time gets one set of agents.
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

  desk.get('/minutes', async (_request, response) => {
    await answer(response, async () => {
      const { minutes } = await call<{ minutes: { available: number } }>('agency.read', secretKey);
      return { availableMillis: minutes.available };
    });
  });

  return desk;
}

/** Passes a refusal on as it is: its sentence is written for people. */
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
