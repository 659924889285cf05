import assert from 'node:assert/strict';
import { agencyById } from '../../models/agency.ts';
import { type NumberRow, readHolders, readProviderClaims } from '../../models/number.ts';
import type { AgencyScope } from '../../models/scope.ts';
import type { TelephonyAccess } from '../../ports/index.ts';
import { access } from '../directory/directory.ts';

/** Names a number at the provider, among all agencies. */
export const providerClaimOf = ({ accountSid }: Pick<TelephonyAccess, 'accountSid'>, number: string): string => `${accountSid}/${number}`;

/**
 * Which of these numbers somebody has: a client in this world, or anybody at the provider, where test and live and all agencies with one
 * account meet. Whoever shows, keeps or offers a number asks this, as whoever buys it does.
 * @param account the agency's; undefined where none is connected
 */
export async function takenNumbers(
  scope: AgencyScope,
  account: TelephonyAccess | undefined,
  numbers: readonly string[],
): Promise<Set<string>> {
  const claims = account ? numbers.map((number) => providerClaimOf(account, number)) : [];
  const [here, there] = await Promise.all([readHolders(scope, numbers), readProviderClaims(claims)]);
  const left = await Promise.all(there.map(isFreeToTake));
  return new Set([...here, ...there.filter((_row, at) => !left[at])].map(({ number }) => number));
}

/** What was bought in a test world that was left goes back to the provider first. */
const isFreeToTake = async (row: NumberRow): Promise<boolean> =>
  (row.way !== 'bought' || row.rentAt === undefined) && (await isLeftBehind(row));

/** Whether something is in a test world that its agency has left: nothing there is used any more. */
export async function isLeftBehind({ agencyId, world }: AgencyScope): Promise<boolean> {
  if (world === 'live') return false;
  const agency = await agencyById(agencyId);
  assert(agency, 'whatever is in a world belongs to an agency');
  return access(agency, 'test').scope.world !== world;
}
