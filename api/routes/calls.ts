import { cancelCall, endCall, recordCall, startCall } from '../domain/calls/calls.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const callRoutes = (deps: Deps): Route[] => [
  answer('calls.start', ({ access }, input) => startCall(access, input, deps)),
  answer('calls.end', ({ access }, input) => endCall(access, input, deps)),
  answer('calls.cancel', ({ access }, input) => cancelCall(access, input, deps)),
  answer('usage.record', ({ access }, input) => recordCall(access, input, deps)),
];
