import { readBalance } from '../../ledger/transfers/grants.ts';
import { type Agency, agencyById, inMode, type Mode } from '../../models/agency.ts';
import { type Client, readClient, scopeOf } from '../../models/client.ts';
import { type AgencyScope, modeOf } from '../../models/scope.ts';
import { balanceView } from '../accounts/clients.ts';
import { isInUse } from '../directory/directory.ts';
import { planOf } from '../directory/plan.ts';

/** The subject of an action, and the values that the action can change. Of a secret only whether it is set, and its last characters. */
export type Values = Record<string, unknown>;

/** A subject at one moment. */
export interface State {
  values: Values;
  /** Personal values. Only the names of changed ones are journaled, because an entry outlives the person's data. */
  personal?: Values;
  /** Version of an agency's settings, because a changed secret may look the same. */
  version?: number;
}

export async function stateOfClient(scope: AgencyScope, clientId: string): Promise<State> {
  const [agency, client] = await Promise.all([agencyById(scope.agencyId), readClient(scope, clientId)]);
  if (!agency || !client) return { values: {} };
  const settings = inMode(agency, modeOf(scope.world));
  const { available, held, used, assigned } = await readBalance(scopeOf(client), balanceView(client, settings));
  const plan = planOf(settings, client).id;
  return { values: { disabled: client.disabledAt !== undefined, plan, available, held, used, assigned }, personal: personalOf(client) };
}

function personalOf({ members: [member], profile, logins, externalId }: Client): Values {
  const { firstName, lastName, email, newEmail, unwantedMails = [], passwordVersion } = member ?? {};
  const username = logins?.filter((login) => login !== email);
  return { firstName, lastName, email, newEmail, notices: unwantedMails, password: passwordVersion, username, externalId, ...profile };
}

/** @param mode of the acting key, which changes nothing of the other mode. Null: the platform, which acts on both */
export async function stateOfAgency(agencyId: string, mode: Mode | null): Promise<State> {
  const agency = await agencyById(agencyId);
  if (!agency) return { values: {} };
  const values = {
    ...(mode !== 'test' && sharedValues(agency)),
    ...(mode !== 'live' && valuesInMode(agency, 'test')),
    ...(mode !== 'test' && valuesInMode(agency, 'live')),
    testGeneration: agency.testGeneration,
  };
  return { values, version: agency.version };
}

/** Returns the settings that test and live share. A test key cannot change them. */
const sharedValues = ({ name, slug, brand, suspended }: Agency): Values => ({ name, slug, brand, suspended: suspended?.reason ?? null });

/** Tells whether both modes see a change. */
export const isShared = (changed: Values): boolean => ['name', 'slug', 'brand'].some((name) => name in changed);

function valuesInMode({ settings, stripe, publishableKeys, secretKeys }: Agency, mode: Mode): Values {
  const mine = <Key extends { mode: Mode; until?: Date }>(keys: readonly Key[]) => keys.filter((key) => key.mode === mode && isInUse(key));
  const account = stripe[mode];
  const { publishableKey, productId, priceId, secretKey, webhookSecret } = account ?? {};
  const values = {
    ...settings[mode],
    publishableKeys: mine(publishableKeys).map(({ key, until }) => `…${key.slice(-4)}${ending(until)}`),
    secretKeys: mine(secretKeys).map(({ last4, permissions, until }) => `…${last4}${restriction(permissions)}${ending(until)}`),
    stripe: account && { publishableKey, productId, priceId, secretKey: `…${secretKey?.last4}`, webhookSecret: `…${webhookSecret?.last4}` },
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${mode}.${name}`, value]));
}

const restriction = (permissions: readonly string[] | undefined) => (permissions ? ` for ${permissions.join(' ')}` : '');
const ending = (until: Date | undefined) => (until ? ` until ${until.toISOString()}` : '');

/** Returns the values that differ, before and after, and the names of personal ones that do. */
export function changedState(before: State | undefined, after: State): { before: Values; after: Values } {
  const changed = changedValues(before?.values ?? {}, after.values);
  const personal = Object.keys(changedValues(before?.personal ?? {}, after.personal ?? {}).after).sort();
  return personal.length === 0 ? changed : { ...changed, after: { ...changed.after, changed: personal } };
}

function changedValues(before: Values, after: Values): { before: Values; after: Values } {
  const changed = Object.keys({ ...before, ...after }).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const only = (values: Values) => Object.fromEntries(changed.map((name) => [name, values[name] ?? null]));
  return { before: only(before), after: only(after) };
}
