import type { Deps } from '../domain/ports.ts';
import { startTestAnew } from '../domain/test-worlds.ts';
import { answer, type Route } from '../http/route.ts';

export const testWorldRoutes = (deps: Deps): Route[] => [
  answer('agency.startTestAnew', ({ access }, input) => startTestAnew(access, input, deps)),
];
