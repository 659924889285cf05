import type { Output } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Client, readClient, scopeOf } from '../../models/client.ts';
import { heldNumbers, type PhoneNumber, readNumber, readNumbers } from '../../models/number.ts';
import { readPlaces, takePlace } from '../../models/number-place.ts';
import { readReserved } from '../../models/reservation.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { type Plan, planOf, requireFeature } from '../directory/plan.ts';
import { telephonyOf } from '../integrations/provider-accounts.ts';
import { dueMillis } from './month.ts';
import { displayNumber } from './phone.ts';
import { providerCost } from './prices.ts';

type View = Output<'numbers.list'>['numbers'][number];

/** Shows a number to its client. */
export const numberView = async (row: PhoneNumber): Promise<View> => ({
  id: row._id,
  number: row.number,
  display: await displayNumber(row.number),
  country: row.country,
  type: row.type,
  label: row.label ?? null,
  way: row.way,
  state: row.state,
  capabilities: row.capabilities,
  callerId: (row.state === 'active' || row.state === 'past_due') && (row.way !== 'sip' || row.claim === row.number),
  monthlyMillis: row.monthlyMillis,
  paidUntil: row.paidUntil?.toISOString() ?? null,
  overdueMillis: row.state === 'past_due' ? dueMillis(row) : 0,
  graceUntil: row.graceUntil?.toISOString() ?? null,
  trunk: row.trunk ? trunkView(row.trunk) : null,
  agentId: row.agentId ?? null,
  answeredBy: answererOf(row),
});

/** Tells where the calls of a number end. Of a number that nobody was ever told about, only its owner knows. */
function answererOf({ state, way, agentId, routeAt, isRouted }: PhoneNumber): View['answeredBy'] {
  if (state === 'released' || way === 'manual' || (agentId !== undefined && !isRouted && !routeAt)) return 'elsewhere';
  if (agentId === undefined) return way === 'bought' || way === 'inventory' ? 'nobody' : 'elsewhere';
  return routeAt ? 'soon' : 'agent';
}

const trunkView = ({ terminationUri, username, password, transport }: NonNullable<PhoneNumber['trunk']>): NonNullable<View['trunk']> => ({
  terminationUri,
  username: username ?? null,
  password: { set: password !== undefined, last4: password?.last4 || null },
  transport,
});

/** @param forAgency whether to include the provider's prices */
export async function listNumbers(
  access: AgencyAccess,
  clientId: string,
  { forAgency, deps }: { forAgency: boolean; deps: Deps },
): Promise<Output<'numbers.list'>> {
  const client = (await readClient(access.scope, clientId)) ?? refuse('client.not_found');
  const rows = await readNumbers(scopeOf(client));
  if (!forAgency) return { numbers: await Promise.all(rows.map(numberView)) };
  const account = await telephonyOf(access.scope, deps);
  const isOurs = ({ way, state }: PhoneNumber) => state !== 'released' && (way === 'bought' || way === 'inventory');
  const cost = async (row: PhoneNumber) => (account && isOurs(row) ? providerCost(account, row.country, row.type, deps) : null);
  return { numbers: await Promise.all(rows.map(async (row) => ({ ...(await numberView(row)), providerCost: await cost(row) }))) };
}

export const requireNumber = async (scope: ClientScope, numberId: string): Promise<PhoneNumber> =>
  (await readNumber(scope, numberId)) ?? refuse('number.not_found');

/** Reads the calling client and its plan. Refuses with `feature.locked` if the plan has no numbers. */
export async function requireNumbers({ agency }: AgencyAccess, scope: ClientScope): Promise<{ client: Client; plan: Plan }> {
  const client = (await readClient(scope, scope.clientId)) ?? refuse('session.missing');
  const plan = planOf(agency, client);
  requireFeature(plan, 'numbers');
  return { client, plan };
}

/** Longer than the time between taking a place and storing its number. Real time. */
const FRESH_MS = 60_000;

/**
 * Takes one of the plan's places for a number, unless it has one. Reserved numbers count like owned ones. Places are stored, so that
 * parallel calls cannot exceed the limit. Refuses with `plan.limit`.
 * @param now business time
 * @returns whether the place is new, so that the caller frees it if the number does not come
 */
export async function requirePlace(scope: ClientScope, { limits }: Plan, number: string, now: Date): Promise<boolean> {
  const most = limits.numbers;
  if (most === null) return false;
  for (;;) {
    const [owned, reserved, places] = await Promise.all([heldNumbers(scope), readReserved(scope, now), readPlaces(scope)]);
    const living = new Set([...owned, ...reserved.map((one) => one.number)]);
    const isHeld = ({ number: holder, takenAt }: (typeof places)[number]) =>
      living.has(holder) || Date.now() - takenAt.getTime() < FRESH_MS;
    const within = places.filter(({ place }) => place <= most);
    const held = within.filter(isHeld);
    if (held.some((one) => one.number === number)) return false;
    const placed = new Set(held.map((one) => one.number));
    // Numbers older than places, or than a reduction of the plan, count too.
    const unplaced = [...living].filter((one) => one !== number && !placed.has(one)).length;
    if (held.length + unplaced >= most) refuse('plan.limit', { values: { limit: 'numbers', most } });
    const taken = new Set(held.map(({ place }) => place));
    let place = 1;
    while (taken.has(place)) place += 1;
    const before = within.find((one) => one.place === place);
    if (await takePlace(scope, place, number, before)) return true;
  }
}
