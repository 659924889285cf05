import { recordCall } from '../domain/calls/calls.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const usageRoutes = (deps: Deps): Route[] => [answer('usage.record', ({ access }, input) => recordCall(access, input, deps))];
