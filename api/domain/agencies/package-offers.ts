import type { Output, Parsed } from '../../contract/index.ts';
import type { StoredPackage } from '../../models/agency.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { reorderItems, saveItem } from './items.ts';
import { packagesKind } from './package-settings.ts';

type Changed = Output<'packages.update'>;

/** Shows a package to its agency, with the amount also under its old name. */
export const packageView = (one: StoredPackage): Changed['package'] => ({ ...one, credits: one.creditsMillis });

/** @param packageId belongs to the attempt, so that the same attempt creates one package */
export async function createPackage(
  opened: AgencyAccess,
  draft: Parsed<'packages.create'>,
  { packageId, deps }: { packageId: string; deps: Deps },
): Promise<Changed> {
  const { item, version } = await saveItem(packagesKind, opened, { draft: { ...draft, id: packageId }, isNew: true }, deps);
  return { package: packageView(item), version };
}

/** Changes the named fields of a package. Purchases in progress keep their price. */
export async function updatePackage(
  opened: AgencyAccess,
  { packageId, ...named }: Parsed<'packages.update'>,
  deps: Deps,
): Promise<Changed> {
  const { creditsMillis, ...rest } = named;
  const draft = { ...rest, id: packageId, creditsMillis: creditsMillis ?? undefined };
  const { item, version } = await saveItem(packagesKind, opened, { draft }, deps);
  return { package: packageView(item), version };
}

export async function reorderPackages(
  opened: AgencyAccess,
  packageIds: readonly string[],
  deps: Deps,
): Promise<Output<'packages.reorder'>> {
  const { ids, version } = await reorderItems(packagesKind, opened, packageIds, deps);
  return { packageIds: ids, version };
}
