import { createHash } from 'node:crypto';
import type { Output } from '../../contract/index.ts';
import { tell } from '../../contract/refusal.ts';
import { AGENCY_OWN, type OwnerScope, type Source, seenState } from '../../models/source.ts';
import type { Share } from '../../models/storage-allowance.ts';

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

export const isOfClient = (source: Pick<Source, 'owner'>): boolean => source.owner !== AGENCY_OWN;

/** The scope of the owner of a source. */
export function scopeOfSource({ agencyId, world, owner, subject = '' }: Source): OwnerScope {
  return owner === AGENCY_OWN ? { agencyId, world } : { agencyId, world, clientId: owner, subject };
}

/** Each try to add a source has an order of its own. */
export const orderIdOf = ({ _id, attempt }: Pick<Source, '_id' | 'attempt'>): string => `ord_${_id.slice('src_'.length)}-${attempt}`;

/** The name of its base at the provider, in less than 40 characters. After an answer that was lost, the base is found by it. */
export const baseNameOf = ({ _id, attempt }: Pick<Source, '_id' | 'attempt'>): string => `${_id}.${attempt}`;

/** How the names of its bases begin, of all its tries. */
export const basePrefixOf = ({ _id }: Pick<Source, '_id'>): string => `${_id}.`;

export const shareOf = ({ _id, bytes, free }: Pick<Source, '_id' | 'bytes' | 'free'>): Share => ({
  sourceId: _id,
  bytes,
  free: free ? 1 : 0,
});

/** A source as its owner sees it. */
export const sourceView = (source: Source): Output<'knowledge.retry'> => ({
  id: source._id,
  kind: source.kind,
  name: source.name,
  type: source.type ?? null,
  bytes: source.bytes,
  receivedBytes: source.receivedBytes,
  state: seenState(source),
  reason: source.code ? tell(source.code) : null,
  priceMillis: source.free || source.state === 'failed' || source.state === 'quarantined' ? 0 : source.priceMillis,
  orderId: isOfClient(source) ? orderIdOf(source) : null,
  agentIds: source.agentIds,
  addedAt: source.createdAt.toISOString(),
});

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when a source of this process is due. Sources of other processes are found in rounds. @returns a function that ends it */
export function onSourceDue(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function sourceIsDue(): void {
  for (const listener of listeners) listener();
}
