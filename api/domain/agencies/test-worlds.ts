import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { minutesOf } from '../../ledger/accounts.ts';
import { grantMinutes } from '../../ledger/transfers/grants.ts';
import { leaveTestWorld } from '../../models/agency.ts';
import { hurryLeftNumbers } from '../../models/number.ts';
import type { AgencyScope } from '../../models/scope.ts';
import { prefixOf, readTransfers } from '../../models/transfer.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { accessTo } from '../directory/directory.ts';

/**
 * Leaves a test world for an empty one. Nothing is deleted: payments of the old world still settle there, because each session and purchase
 * names its world. Its purchased numbers return to the provider. Repeating it answers the same. Refuses with `agency.test_left` if another
 * world is current.
 */
export async function startTestAnew(
  { agency: { _id: id } }: AgencyAccess,
  { leaving }: Parsed<'agency.startTestAnew'>,
  deps: Deps,
): Promise<Output<'agency.startTestAnew'>> {
  const agency = await leaveTestWorld(id, leaving);
  if (agency?.testGeneration !== leaving + 1) return refuse('agency.test_left', { param: 'leaving' });
  const { scope } = accessTo(agency, 'test');
  await hurryLeftNumbers(scope, deps.now());
  const millis = await minutesAtFirst({ ...scope, world: `test.${leaving}` });
  if (millis > 0) await grantMinutes(scope, { cause: id, millis, actor: 'agency', at: deps.now() });
  deps.directory.forget();
  return { testGeneration: agency.testGeneration };
}

/** Returns the minutes that the platform first gave this world, in milli-credits. */
async function minutesAtFirst(scope: AgencyScope): Promise<number> {
  const _id = `${prefixOf(scope)}minutes.grant/${scope.agencyId}`;
  const grant = (await readTransfers([{ _id, agencyId: scope.agencyId }])).get(_id);
  return grant?.postings.find(({ account }) => account === minutesOf(scope))?.amount ?? 0;
}
