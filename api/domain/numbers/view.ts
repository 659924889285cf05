import type { Output } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Client } from '../../models/client.ts';
import { readClient, scopeOf } from '../../models/client.ts';
import { type NumberRow, readNumber, readNumbers } from '../../models/number.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { type Plan, planOf, requireFeature } from '../directory/plan.ts';
import { telephonyOf } from '../directory/provider-accounts.ts';
import { dueMillis } from './month.ts';
import { displayNumber } from './phone.ts';
import { providerCost } from './prices.ts';

type View = Output<'numbers.list'>['numbers'][number];

/** A number as its client sees it. */
export const numberView = async (row: NumberRow): Promise<View> => ({
  id: row._id,
  number: row.number,
  display: await displayNumber(row.number),
  country: row.country,
  type: row.type,
  label: row.label ?? null,
  way: row.way,
  state: row.state,
  capabilities: row.capabilities,
  callerId: row.state === 'active' || row.state === 'past_due',
  monthlyMillis: row.monthlyMillis,
  paidUntil: row.paidUntil?.toISOString() ?? null,
  overdueMillis: row.state === 'past_due' ? dueMillis(row) : 0,
  graceUntil: row.graceUntil?.toISOString() ?? null,
  trunk: row.trunk ? trunkView(row.trunk) : null,
  agentId: row.agentId ?? null,
});

const trunkView = ({ terminationUri, username, password, transport }: NonNullable<NumberRow['trunk']>): NonNullable<View['trunk']> => ({
  terminationUri,
  username: username ?? null,
  password: { set: password !== undefined, last4: password?.last4 || null },
  transport,
});

/** @param forAgency whether what the provider takes is told too */
export async function listNumbers(
  access: AgencyAccess,
  clientId: string,
  { forAgency, deps }: { forAgency: boolean; deps: Deps },
): Promise<Output<'numbers.list'>> {
  const client = (await readClient(access.scope, clientId)) ?? refuse('client.not_found');
  const rows = await readNumbers(scopeOf(client));
  if (!forAgency) return { numbers: await Promise.all(rows.map(numberView)) };
  const account = await telephonyOf(access.scope, deps);
  const isOurs = ({ way, state }: NumberRow) => state !== 'released' && (way === 'bought' || way === 'inventory');
  const cost = async (row: NumberRow) => (account && isOurs(row) ? providerCost(account, row.country, row.type, deps) : null);
  return { numbers: await Promise.all(rows.map(async (row) => ({ ...(await numberView(row)), providerCost: await cost(row) }))) };
}

export const requireNumber = async (scope: ClientScope, numberId: string): Promise<NumberRow> =>
  (await readNumber(scope, numberId)) ?? refuse('number.not_found');

/** The client that wants to bring a number, and its plan. Refuses with `feature.locked` where the plan has no numbers. */
export async function requireNumbers({ agency }: AgencyAccess, scope: ClientScope): Promise<{ client: Client; plan: Plan }> {
  const client = (await readClient(scope, scope.clientId)) ?? refuse('session.missing');
  const plan = planOf(agency, client);
  requireFeature(plan, 'numbers');
  return { client, plan };
}
