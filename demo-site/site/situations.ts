import express, { type Router } from 'express';
import { apiAt } from '../api-client.ts';

interface Situation {
  /** What the menu says. */
  label: string;
  /** Who is signed in: a client with this much of its credits left, in percent, or one that has not confirmed its e-mail. */
  client?: { percentLeft: number } | 'unconfirmed';
  /** Which form is shown. */
  mode?: string;
  /** Behind the `#` of the preview's address, as the payment page would write it. */
  fragment?: string;
  wrongKey?: true;
}

/** What a visitor can meet, each by a real client at the real API. */
export const situations: Readonly<Record<string, Situation>> = {
  visitor: { label: 'Visitor, sign-up' },
  'sign-in': { label: 'Visitor, sign-in', mode: 'sign-in' },
  forgot: { label: 'Visitor, forgotten password', mode: 'forgot' },
  unconfirmed: { label: 'Signed in, e-mail not confirmed', client: 'unconfirmed' },
  plenty: { label: 'Signed in, plenty of credits', client: { percentLeft: 80 } },
  low: { label: 'Signed in, credits low', client: { percentLeft: 20 } },
  critical: { label: 'Signed in, credits critical', client: { percentLeft: 5 } },
  empty: { label: 'Signed in, no credits', client: { percentLeft: 0 } },
  canceled: { label: 'Back from a canceled payment', client: { percentLeft: 80 }, fragment: '#wl-canceled=pur_canceled' },
  refused: { label: 'Refused: a key nobody knows', wrongKey: true },
};

interface Balance {
  available: number;
  assigned: number;
}

/** Hands the playground session tokens of its own clients, whose balances are brought to what the situation says. Serves nobody else. */
export function situationSessions(api: string, secretKey: string): Router {
  const call = apiAt(api);
  const prepare = async (name: string, client: NonNullable<Situation['client']>): Promise<string> => {
    const profile = { firstName: 'Robin', lastName: 'Meyer', email: `playground-${name}@example.test` };
    const { account, session } = await call<{ account: { clientId: string }; session: { token: string } }>('sessions.mint', secretKey, {
      externalId: `playground-${name}`,
      profile: { ...profile, ...(client !== 'unconfirmed' && { emailVerified: true }) },
    });
    if (client !== 'unconfirmed') await bring(account.clientId, client.percentLeft);
    return session.token;
  };
  const bring = async (clientId: string, percentLeft: number) => {
    let { available, assigned } = await call<Balance>('credits.balance', secretKey, { clientId });
    if (percentLeft > 0 && available * 100 < assigned * percentLeft + (assigned ? 0 : 1)) {
      await call('credits.allocate', secretKey, { clientId, amountMillis: 100_000, description: 'Credits of the playground' });
      ({ available, assigned } = await call<Balance>('credits.balance', secretKey, { clientId }));
    }
    const tooMany = available - Math.ceil((assigned * percentLeft) / 100);
    const seconds = Math.floor((tooMany * 60) / 1000);
    if (seconds > 60) await call('usage.record', secretKey, { clientId, callId: `playground-${clientId}-${Date.now()}`, seconds });
  };
  const router = express.Router();
  router.get('/session/:situation', async (request, response) => {
    const { situation: name } = request.params;
    const client = Object.hasOwn(situations, name) ? situations[name]?.client : undefined;
    response.set('cache-control', 'no-store');
    if (!client) response.status(404).json({ error: { code: 'situation.unknown', message: 'There is no such situation.' } });
    else response.json({ token: await prepare(name, client) });
  });
  return router;
}
