import type { Fulfilments } from '../ports/index.ts';
import { knowledgeFulfilment } from './knowledge/fulfil.ts';
import { numberFulfilment } from './numbers/fulfil.ts';
import { rentFulfilment } from './numbers/month.ts';
import { planFulfilment } from './plans/fulfil.ts';

/** The one place to name a new kind of order: orders know none of them. */
export const fulfilments: Fulfilments = {
  knowledge: knowledgeFulfilment,
  number: numberFulfilment,
  plan: planFulfilment,
  rent: rentFulfilment,
};
