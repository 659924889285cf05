import { recordCall } from '../domain/calls.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, type Route } from '../http/route.ts';

export const usageRoutes = (deps: Deps): Route[] => [answer('usage.record', ({ access }, input) => recordCall(access, input, deps))];
