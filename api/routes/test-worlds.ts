import { startTestAnew } from '../domain/agencies/test-worlds.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const testWorldRoutes = (deps: Deps): Route[] => [
  answer('agency.startTestAnew', ({ access }, input) => startTestAnew(access, input, deps)),
];
