import { changeAgency, createAgency, describeAgency, readSettings, showAgencies, withFirstKeys } from '../domain/agencies/agencies.ts';
import { rotateKeyOf } from '../domain/agencies/keys.ts';
import { comparePublished, publishSettings } from '../domain/agencies/publish.ts';
import { resumeAgency, suspendAgency } from '../domain/agencies/suspensions.ts';
import { answer, answerAnew, type Route } from '../http/route.ts';
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
];
