import type { ErrorEntry } from './entry.ts';

export const planErrors = {
  'feature.locked': { status: 403, type: 'permission', message: 'Your plan does not include this. Choose a plan that does.' },
  'plan.currency_mixed': {
    status: 422,
    type: 'invalid_request',
    message: 'All plans use one currency, also the retired ones: {name} has another.',
    values: { name: 'text' },
  },
  'plan.current': { status: 409, type: 'conflict', message: 'You have this plan already.' },
  'plan.limit': {
    status: 403,
    type: 'permission',
    message: 'Your plan allows {limit}. Choose a larger plan for more.',
    values: {
      limit: { numbers: '{most numbers|one: number|=0:no numbers}', sources: '{most sources|one: source|=0:no sources}' },
      most: 'count',
    },
  },
  'plan.first': {
    status: 422,
    type: 'invalid_request',
    message: 'New clients are on the first plan: it is changed as plan by agency.update, and cannot be retired.',
  },
  'plan.too_many': {
    status: 422,
    type: 'invalid_request',
    message: 'There can be {offered} plans on offer, and {all} with the retired ones. Name one that is there by its id.',
    values: { offered: 'count', all: 'count' },
  },
  'plan.not_found': { status: 404, type: 'not_found', message: 'There is no such plan.' },
} as const satisfies Record<string, ErrorEntry>;
