import type { ErrorEntry } from './entry.ts';

export const callErrors = {
  'call.not_found': { status: 404, type: 'not_found', message: 'There is no such call.' },
  'call.over': { status: 409, type: 'conflict', message: 'This call is over already, in another way.' },
  'calls.too_many': { status: 429, type: 'rate_limit', message: 'Too many calls are running. Try again when one has ended.' },
  'usage.mismatch': {
    status: 409,
    type: 'conflict',
    message: 'This call was already recorded with another duration, or for another client.',
  },
} as const satisfies Record<string, ErrorEntry>;
