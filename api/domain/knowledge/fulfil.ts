import { refuse } from '../../contract/refusal.ts';
import type { Order } from '../../models/order.ts';
import { readSource, type Source } from '../../models/source.ts';
import type { Fulfilment } from '../../ports/index.ts';
import { failSource } from './fail.ts';
import { deliverSource } from './send.ts';
import { orderIdOf } from './values.ts';

/** A source is delivered once the provider has taken it. Before that it waits: for its bytes, and for whatever was added with it. */
export const knowledgeFulfilment: Fulfilment = {
  delivered: 'before payment',

  async fulfil(order, deps) {
    const source = await readSourceOf(order);
    if (!source || source.state === 'removing') return { delivered: false, code: 'source.not_found' };
    if (source.state === 'failed' || source.state === 'quarantined')
      return { delivered: false, code: source.code ?? 'knowledge.processing_failed' };
    if (source.baseId !== undefined) return { delivered: true };
    if (source.state !== 'processing' || !source.isAdmitted) return refuse('source.not_ready');
    return deliverSource(source, deps);
  },
  async release(order) {
    const source = await readSourceOf(order);
    if (source && ['uploading', 'checking', 'processing'].includes(source.state))
      await failSource(source, order.code ?? 'knowledge.processing_failed');
  },
};

/** The source, while this order is the one of its current try. */
async function readSourceOf(order: Order): Promise<Source | undefined> {
  const source = await readSource(order, order.subjectId);
  return source && orderIdOf(source) === order._id ? source : undefined;
}
