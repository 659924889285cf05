import { agencyById, inMode } from '../models/agency.ts';
import { bringPlan } from '../models/client.ts';
import { modeOf } from '../models/scope.ts';
import type { Fulfilment } from './orders-kinds.ts';
import { plansOf } from './plans.ts';

/** A plan is delivered by putting the client on it. */
export const planFulfilment: Fulfilment = {
  async fulfil(order) {
    const agency = await agencyById(order.agencyId);
    const isThere = agency !== null && plansOf(inMode(agency, modeOf(order.world))).some(({ id }) => id === order.subjectId);
    if (!isThere) return { delivered: false, code: 'plan.not_found' };
    const isBrought = await bringPlan(order, order.subjectId, order._id);
    return isBrought ? { delivered: true } : { delivered: false, code: 'plan.current' };
  },
  async release() {}, // nothing is kept for it
};
