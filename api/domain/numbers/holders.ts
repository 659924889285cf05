import assert from 'node:assert/strict';
import { agencyById } from '../../models/agency.ts';
import { type PhoneNumber, readHolders, readProviderClaims } from '../../models/number.ts';
import type { AgencyScope } from '../../models/scope.ts';
import type { TelephonyAccess } from '../../ports/index.ts';
import { accessTo } from '../directory/directory.ts';

/** Names a number at the provider, among all agencies. */
export const providerClaimOf = ({ accountSid }: Pick<TelephonyAccess, 'accountSid'>, number: string): string => `${accountSid}/${number}`;

/**
 * Returns those of the numbers that somebody has: a client in this world, or anybody at the provider, where both modes and all agencies
 * with one account meet. Search, reservation, offer and purchase all use it.
 * @param account the agency's; undefined if none is connected
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

/** Tells whether a number may be taken over. A number bought in an abandoned test world returns to the provider first. */
const isFreeToTake = async (row: PhoneNumber): Promise<boolean> =>
  (row.way !== 'bought' || row.rentAt === undefined) && (await isLeftBehind(row));

/** Tells whether something lies in a test world that its agency has left. Nothing there is used any more. */
export async function isLeftBehind({ agencyId, world }: AgencyScope): Promise<boolean> {
  if (world === 'live') return false;
  const agency = await agencyById(agencyId);
  assert(agency, 'whatever is in a world belongs to an agency');
  return accessTo(agency, 'test').scope.world !== world;
}
