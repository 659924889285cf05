import { type Agency, agencyById } from '../models/agency.ts';
import { readClient, scopeOf } from '../models/client.ts';
import type { AgencyScope } from '../models/scope.ts';
import { balanceView } from './clients.ts';
import { readBalance } from './credits.ts';
import { isInUse } from './directory.ts';
import { planOf } from './plans.ts';

/** What an act is about, and the values of it that an act can change. Never a secret: of those only that they are set, and their end. */
export type Values = Record<string, unknown>;

export async function valuesOfClient(scope: AgencyScope, clientId: string): Promise<Values> {
  const [agency, client] = await Promise.all([agencyById(scope.agencyId), readClient(scope, clientId)]);
  if (!agency || !client) return {};
  const { available, held, used, assigned } = await readBalance(scopeOf(client), balanceView(client, agency));
  return { disabled: client.disabledAt !== undefined, plan: planOf(agency, client).id, available, held, used, assigned };
}

export async function valuesOfAgency(agencyId: string): Promise<Values> {
  const agency = await agencyById(agencyId);
  return agency ? openly(agency) : {};
}

const openly = ({
  name,
  slug,
  brand,
  signUp,
  origins,
  plan,
  plans = [],
  packages,
  meter,
  portal,
  suspended,
  stripe,
  testGeneration,
  ...keys
}: Agency): Values => ({
  name,
  slug,
  brand,
  signUp,
  origins,
  plan,
  plans,
  packages,
  meter,
  portal: portal ?? { active: true, notice: null },
  suspended: suspended?.reason ?? null,
  testGeneration,
  publishableKeys: keys.publishableKeys.filter(isInUse).map(({ mode, key, until }) => `${mode} …${key.slice(-4)}${ending(until)}`),
  secretKeys: keys.secretKeys.filter(isInUse).map(({ mode, last4, until }) => `${mode} …${last4}${ending(until)}`),
  ...Object.fromEntries(
    (['test', 'live'] as const).map((mode) => {
      const account = stripe[mode];
      const { publishableKey, productId, priceId, secretKey, webhookSecret } = account ?? {};
      return [
        `stripe.${mode}`,
        account && { publishableKey, productId, priceId, secretKey: `…${secretKey?.last4}`, webhookSecret: `…${webhookSecret?.last4}` },
      ];
    }),
  ),
});

const ending = (until: Date | undefined) => (until ? ` until ${until.toISOString()}` : '');

/** What differs, as it was and as it is. */
export function difference(before: Values, after: Values): { before: Values; after: Values } {
  const changed = Object.keys({ ...before, ...after }).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const only = (values: Values) => Object.fromEntries(changed.map((name) => [name, values[name] ?? null]));
  return { before: only(before), after: only(after) };
}
