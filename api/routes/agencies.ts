import { readActivation } from '../domain/agencies/activation.ts';
import { changeAgency, createAgency, describeAgency, readSettings, showAgencies, withFirstKeys } from '../domain/agencies/agencies.ts';
import { listKeys, rotateKey, rotateKeyOf } from '../domain/agencies/keys.ts';
import { createPackage, reorderPackages, updatePackage } from '../domain/agencies/package-offers.ts';
import { comparePublished, publishSettings } from '../domain/agencies/publish.ts';
import { resumeAgency, suspendAgency } from '../domain/agencies/suspensions.ts';
import { startTestAnew } from '../domain/agencies/test-worlds.ts';
import { openPortal } from '../http/portal-page.ts';
import { answer, answerAnew, answerPage, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const agencyRoutes = (deps: Deps): Route[] => [
  answerAnew(
    'agencies.create',
    (_platform, input, { seed }) => createAgency(input, { id: `agn_${seed}`, deps }),
    (created) => withFirstKeys(created, deps),
  ),
  answer('agencies.list', (_platform, input) => showAgencies(input)),
  answer('agencies.rotateKey', (_platform, input) => rotateKeyOf(input, deps)),
  answer('agencies.suspend', (_platform, input) => suspendAgency(input, deps)),
  answer('agencies.resume', (_platform, input) => resumeAgency(input, deps)),
  answer('agency.read', ({ access }) => readSettings(access, deps)),
  answer('agency.compare', ({ access }) => comparePublished(access)),
  answer('agency.publish', async ({ access }, input) => describeAgency(await publishSettings(access, input, deps), deps)),
  answer('agency.update', async ({ access }, input) => describeAgency(await changeAgency(access, input, deps), deps)),
  answer('keys.list', async ({ access }) => listKeys(access)),
  // A key makes none that may do more than itself.
  answer('keys.rotate', ({ access }, input) => rotateKey(access, { ...input, permissions: access.permissions }, deps)),
  answer('packages.create', ({ access }, input, { seed }) => createPackage(access, input, { packageId: `pkg_${seed}`, deps })),
  answer('packages.update', ({ access }, input) => updatePackage(access, input, deps)),
  answer('packages.retire', ({ access }, { packageId }) => updatePackage(access, { packageId, active: false }, deps)),
  answer('packages.reorder', ({ access }, { packageIds }) => reorderPackages(access, packageIds, deps)),
  answer('agency.startTestAnew', ({ access }, input) => startTestAnew(access, input, deps)),
  answer('portal.read', ({ access }) => readActivation(access)),
  answerPage('portal.page', (_anyone, { slug }, { req }) =>
    openPortal(slug, { path: req.path, query: req.url.slice(req.path.length) }, deps),
  ),
];
