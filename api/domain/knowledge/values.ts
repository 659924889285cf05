import { createHash } from 'node:crypto';
import type { Output } from '../../contract/index.ts';
import { tell } from '../../contract/refusal.ts';
import type { Share } from '../../models/room.ts';
import { AGENCY_OWN, type OwnerScope, type Source } from '../../models/source.ts';
import { HOUR_MS, MINUTE_MS } from '../../rules/time.ts';

/** How long one process has a source for itself; longer than its file may travel. */
export const LEASE_MS = 3 * MINUTE_MS;
/** How long sources wait for the rest of what was added with them, before they are taken away again. */
export const ADMITTED_WITHIN_MS = 10 * MINUTE_MS;
/** How long an upload waits for its next part. */
export const UPLOAD_IDLE_MS = 24 * HOUR_MS;

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

export const isOfClient = (source: Pick<Source, 'owner'>): boolean => source.owner !== AGENCY_OWN;

/** The scope of whoever has a source. */
export function scopeOfSource({ agencyId, world, owner, subject = '' }: Source): OwnerScope {
  return owner === AGENCY_OWN ? { agencyId, world } : { agencyId, world, clientId: owner, subject };
}

/** Each try to add a source has an order of its own. */
export const orderIdOf = ({ _id, attempt }: Pick<Source, '_id' | 'attempt'>): string => `ord_${_id.slice('src_'.length)}-${attempt}`;

/** What its base is called at the provider, in less than 40 characters. Whoever does not know whether it was made looks for this name. */
export const baseNameOf = ({ _id, attempt }: Pick<Source, '_id' | 'attempt'>): string => `${_id}.${attempt}`;

/** How the names of its bases begin, whichever try made them. */
export const basePrefixOf = ({ _id }: Pick<Source, '_id'>): string => `${_id}.`;

export const shareOf = ({ _id, bytes, free }: Pick<Source, '_id' | 'bytes' | 'free'>): Share => ({
  sourceId: _id,
  bytes,
  free: free ? 1 : 0,
});

const givenBack: readonly Source['state'][] = ['failed', 'quarantined'];

/** A source as whoever has it sees it. */
export const sourceView = (source: Source): Output<'knowledge.retry'> => ({
  id: source._id,
  kind: source.kind,
  name: source.name,
  type: source.type ?? null,
  bytes: source.bytes,
  receivedBytes: source.receivedBytes,
  state: source.state,
  reason: source.code ? tell(source.code) : null,
  priceMillis: source.free || givenBack.includes(source.state) ? 0 : source.priceMillis,
  orderId: isOfClient(source) ? orderIdOf(source) : null,
  agentIds: source.agentIds,
  addedAt: source.createdAt.toISOString(),
});

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when a source of this process has something to do; what other processes leave is found in rounds. @returns a function that ends it */
export function onSourceDue(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function sourceIsDue(): void {
  for (const listener of listeners) listener();
}
