import express, { type Router } from 'express';
import type { PlaygroundClients } from './playground-clients.ts';
import { type ClientStory, type PurchaseStory, situationOf } from './situations.ts';

interface Playground {
  clients: PlaygroundClients;
  key: string;
  /** The publishable key of an agency with a closed portal. */
  closedKey(): Promise<string>;
  /** Renders the page of a preview. */
  preview(facts: Record<'key' | 'mode' | 'session' | 'offline', string>): Promise<string>;
}

/** Serves the page inside the playground, and session tokens of its own clients only. */
export function playgroundRoutes({ clients, key, closedKey, preview }: Playground): Router {
  const router = express.Router();
  router.get('/demo/session/:state', async (request, response) => {
    const { state } = request.params;
    const story = situationOf(state)?.client;
    response.set('cache-control', 'no-store');
    if (!story) response.status(404).json({ error: { code: 'situation.unknown', message: 'There is no such situation.' } });
    else response.json({ token: await clients.session(state, story) });
  });

  router.get('/playground/preview', async (request, response) => {
    const asked = situationOf(request.query.state);
    const state = asked ? String(request.query.state) : 'visitor';
    const { client, mode = 'sign-up', key: whose, offline } = asked ?? {};
    response.set('cache-control', 'no-cache');
    if (request.query.back === undefined) {
      if (isPurchase(client)) {
        const purchaseId = await clients.purchase(state, client);
        // As the payment page would set it. The browser keeps the fragment of the redirect's target.
        const fragment = `#wl-${client === 'open' ? 'canceled' : 'purchase'}=${purchaseId}`;
        return response.redirect(`/playground/preview?state=${state}&back${fragment}`);
      }
    }
    const facts = {
      key: whose === 'wrong' ? 'wlp_test_nobody' : whose === 'closed' ? await closedKey() : key,
      mode,
      session: client ? `/demo/session/${state}` : '',
      offline: offline ? 'true' : '',
    };
    return response.type('html').send(await preview(facts));
  });
  return router;
}

const isPurchase = (story: ClientStory | undefined): story is PurchaseStory =>
  story === 'processing' || story === 'expired' || story === 'open';
