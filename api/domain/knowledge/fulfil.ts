import { refuse } from '../../contract/refusal.ts';
import { readSource } from '../../models/source.ts';
import type { Fulfilment } from '../../ports/index.ts';
import { orderIdOf } from './values.ts';

/** An order follows its source, which goes to the provider by its own steps. It is delivered once the provider has taken the source. */
export const knowledgeFulfilment: Fulfilment = {
  delivered: 'before payment',

  async fulfil(order) {
    const source = await readSource(order, order.subjectId);
    // Another try of the source has another order.
    const isGone = source === null || source.state === 'removing' || orderIdOf(source) !== order._id;
    if (isGone) return { delivered: false, code: 'source.not_found' };
    if (source.state === 'failed' || source.state === 'quarantined')
      return { delivered: false, code: source.code ?? 'knowledge.processing_failed' };
    return source.baseId === undefined ? refuse('source.not_ready') : { delivered: true };
  },

  /** The source finds its order undone at its next step. */
  async release() {},
};
