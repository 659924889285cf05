import { createPackage, reorderPackages, updatePackage } from '../domain/agencies/package-offers.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const packageRoutes = (deps: Deps): Route[] => [
  answer('packages.create', ({ access }, input, { seed }) => createPackage(access, input, { packageId: `pkg_${seed}`, deps })),
  answer('packages.update', ({ access }, input) => updatePackage(access, input, deps)),
  answer('packages.retire', ({ access }, { packageId }) => updatePackage(access, { packageId, active: false }, deps)),
  answer('packages.reorder', ({ access }, { packageIds }) => reorderPackages(access, packageIds, deps)),
];
