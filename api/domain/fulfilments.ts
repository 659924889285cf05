import type { Fulfilments } from '../ports/index.ts';
import { knowledgeFulfilment } from './knowledge/fulfil.ts';
import { numberFulfilment } from './numbers/fulfil.ts';
import { rentFulfilment } from './numbers/month.ts';
import { planFulfilment } from './plans/fulfil.ts';

/** The table of all kinds of orders. A new kind is named only here, since orders know none of them. */
export const fulfilments: Fulfilments = {
  knowledge: knowledgeFulfilment,
  number: numberFulfilment,
  plan: planFulfilment,
  rent: rentFulfilment,
};
