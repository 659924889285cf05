import { changeAgency, createAgency, describeAgency, readSettings } from '../domain/agencies.ts';
import { comparePublished, publishSettings } from '../domain/agencies-publish.ts';
import type { Deps } from '../domain/ports.ts';
import { resumeAgency, suspendAgency } from '../domain/suspensions.ts';
import { answer, type Route } from '../http/route.ts';

export const agencyRoutes = (deps: Deps): Route[] => [
  answer('agencies.create', (_platform, input) => createAgency(input, deps)),
  answer('agencies.suspend', (_platform, input) => suspendAgency(input, deps)),
  answer('agencies.resume', (_platform, input) => resumeAgency(input, deps)),
  answer('agency.read', ({ access }) => readSettings(access, deps)),
  answer('agency.compare', ({ access }) => comparePublished(access)),
  answer('agency.publish', async ({ access }, input) => describeAgency(await publishSettings(access, input, deps), deps)),
  answer('agency.update', async ({ access }, input) => describeAgency(await changeAgency(access, input, deps), deps)),
];
