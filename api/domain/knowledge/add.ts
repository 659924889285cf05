import type { Output, Parsed } from '../../contract/index.ts';
import { SOURCES_AT_ONCE } from '../../contract/knowledge/knowledge.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { insertSources, readSources, type Source } from '../../models/source.ts';
import { insertPart } from '../../models/source-part.ts';
import { isGivenBack, readUsedStorage, takeStorage } from '../../models/storage-allowance.ts';
import type { AgencyAccess, Deps, WebPage } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { requireVoice } from '../integrations/provider-accounts.ts';
import { placeOrder } from '../orders/orders.ts';
import { fundsOfBuyer, type KnowledgeCaller, type KnowledgeMember, requireBuyer } from './buyer.ts';
import { readPages } from './pages.ts';
import { type KnowledgeBuyer, type QuotedItem, quoteItems } from './quote.ts';
import { removeOffered } from './remove.ts';
import { OFFERED_FOR_MS, startSource } from './states.ts';
import { orderIdOf, shareOf, sourceIsDue, sourceView } from './values.ts';

type Draft = Omit<Parameters<typeof insertSources>[1][number], 'batchSize'>;

interface AddAttempt {
  /** Ids of sources derive from it: the same attempt finds its sources. */
  seed: string;
  deps: Deps;
  /** Ends with the request. Until something is stored nothing is done for somebody who is gone. */
  signal: AbortSignal;
}

type AddInput = Parsed<'knowledge.add'>;

/**
 * Adds sources at the price that was quoted: all of them or none. Allowance is taken first, then the sources are stored as offered, then each
 * is ordered. Sources start only after every order has its credits set aside. If the request dies half-way, it goes on with the same attempt,
 * or the care of sources removes what was offered.
 */
export async function addKnowledge(caller: KnowledgeCaller, input: AddInput, attempt: AddAttempt): Promise<Output<'knowledge.add'>> {
  const { deps } = attempt;
  const buyer = await requireBuyer(caller);
  const ids = input.items.map((_, index) => `src_${attempt.seed}-${index}`);
  const begun = await readSources(buyer.scope, ids);
  if (begun.length === 0) await offerSources(buyer, ids, input, attempt);
  const sources = begun.length > 0 ? begun : await readSources(buyer.scope, ids);
  if (await isBroken(buyer, sources)) await giveUp(sources, deps);
  await storeTexts(sources, ids, input.items);
  deps.reached('source.after_insert');
  await orderAll(caller.access, buyer, sources, deps);
  deps.reached('source.after_orders');
  const started = new Map<string, Source>();
  for (const source of sources) started.set(source._id, await startOffered(source, deps));
  sourceIsDue();
  return {
    sources: ids.map((id) => {
      const source = started.get(id);
      return source ? sourceView(source) : null;
    }),
  };
}

/** Stores what is not there yet as offered, at the quoted price. Refuses before anything is stored. */
async function offerSources(
  buyer: KnowledgeMember,
  ids: readonly string[],
  { items, totalMillis }: Pick<AddInput, 'items' | 'totalMillis'>,
  { deps, signal }: AddAttempt,
): Promise<void> {
  if (items.length > SOURCES_AT_ONCE) refuse('knowledge.too_many', { param: 'items', values: { max: SOURCES_AT_ONCE } });
  await requireVoice(buyer.scope, deps);
  const quote = await quoteItems(buyer, items, deps);
  quote.items.forEach(({ problem }, index) => {
    if (problem) throw problem.at(`items.${index}`);
  });
  if (quote.totalMillis !== totalMillis) refuse('quote.changed', { param: 'totalMillis' });
  const funds = await fundsOfBuyer(buyer, totalMillis);
  if (funds && funds.missingMillis > 0) refuse('credits.insufficient', { funds });
  const fresh = quote.items.flatMap((quoted, index) => (quoted.duplicate ? [] : [{ quoted, index }]));
  const addresses = fresh.flatMap(({ quoted: { kind, name }, index }) => (kind === 'url' ? [{ url: name, param: `items.${index}` }] : []));
  const pages = await readPages(buyer.scope, addresses, { web: deps.web, signal });
  const drafts = fresh.map(({ quoted, index }) => draftSource(quoted, pages.get(quoted.name), ids[index] ?? '', buyer, deps));
  if (drafts.length === 0) return;
  await takeShares(buyer, drafts);
  const batch = drafts.map((draft) => ({ ...draft, batchSize: drafts.length }));
  const isNew = await insertSources(buyer.scope, batch);
  if (isNew) return;
  // The missing ones are stored as removing: no other run of the attempt stores them any more, and their allowance comes back with the rest.
  await insertSources(
    buyer.scope,
    batch.map(({ held: _, ...source }) => ({ ...source, state: 'removing' })),
  );
  await giveUp(await readSources(buyer.scope, ids), deps);
}

/** Tells whether an attempt can no longer be added as a whole: sources are missing or being removed, or their allowance was given back. */
async function isBroken({ scope }: KnowledgeMember, sources: readonly Source[]): Promise<boolean> {
  if (sources.some(({ batchSize, state }) => batchSize !== sources.length || state === 'removing')) return true;
  // Another run of the attempt may have removed its sources while this run was about to store them.
  const offered = sources.flatMap(({ _id, state }) => (state === 'offered' ? [_id] : []));
  return isGivenBack(scope, offered);
}

/** Removes the sources of a failed attempt, except those already started. */
async function giveUp(sources: readonly Source[], deps: Deps): Promise<never> {
  await removeOffered(sources, deps);
  return refuse('quote.changed', { param: 'totalMillis' });
}

async function storeTexts(sources: readonly Source[], ids: readonly string[], items: AddInput['items']): Promise<void> {
  for (const source of sources) {
    const item = items[ids.indexOf(source._id)];
    if (item?.kind === 'text' && source.state === 'offered') await insertPart(source, source._id, 0, Buffer.from(item.text));
  }
}

/** Another source may have been added since the quote: what decides is the allowance that is taken in one write. */
async function takeShares({ scope, plan }: KnowledgeBuyer, drafts: readonly Draft[]): Promise<void> {
  const limits = {
    sources: plan?.limits.sources ?? null,
    bytes: plan?.limits.storageBytes ?? null,
    free: plan?.knowledge.freeItems ?? 0,
  };
  if (await takeStorage(scope, drafts.map(shareOf), limits, new Date())) return;
  // How much there is at an address is known only now: no quote would say so.
  const bytes = drafts.reduce((sum, draft) => sum + draft.bytes, (await readUsedStorage(scope)).bytes);
  if (limits.bytes !== null && bytes > limits.bytes) refuse('knowledge.storage_full', { param: 'items' });
  refuse('quote.changed', { param: 'totalMillis' });
}

function draftSource(
  { kind, name, hash, bytes, priceMillis, free }: QuotedItem,
  read: WebPage | undefined,
  _id: string,
  { scope, memberId }: KnowledgeMember,
  deps: Deps,
): Draft {
  const page = kind === 'url' ? read : undefined;
  return {
    _id,
    ...('clientId' in scope && { subject: scope.subject, memberId }),
    kind,
    name,
    hash,
    held: hash,
    ...(page ? { url: name, type: page.type } : kind === 'text' && { type: 'txt' }),
    bytes: page?.bytes ?? bytes,
    receivedBytes: kind === 'file' ? 0 : (page?.bytes ?? bytes),
    state: 'offered',
    priceMillis,
    free,
    attempt: 1,
    sends: 0,
    wasReady: false,
    agentIds: [],
    checks: 0,
    checkAt: later(deps.now(), OFFERED_FOR_MS),
    createdAt: deps.now(),
  };
}

/** Places one order for each, so that each can fail alone. Where one cannot be paid, none is added. */
async function orderAll(access: AgencyAccess, { scope, memberId }: KnowledgeMember, sources: readonly Source[], deps: Deps): Promise<void> {
  if (!('clientId' in scope)) return;
  try {
    for (const source of sources) {
      if (source.state !== 'offered') continue;
      const { state } = await placeOrder(access, scope, placementOf(source, memberId), deps);
      // It was ordered before and given up, because nobody went on with the attempt in time.
      if (state === 'undone') refuse('quote.changed', { param: 'totalMillis' });
    }
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) await removeOffered(sources, deps);
    throw error;
  }
}

export const placementOf = (source: Source, memberId: string) => ({
  orderId: orderIdOf(source),
  memberId,
  ware: { kind: 'knowledge', name: source.name, item: {}, subjectId: source._id, priceMillis: source.priceMillis } as const,
  pay: 'credits' as const,
});

/** @returns the source as it is then; as it was, where another run of the attempt was first */
const startOffered = async (source: Source, deps: Deps): Promise<Source> =>
  (source.state === 'offered' ? await startSource(source, deps) : null) ?? source;
