import type { Output, Parsed } from '../../contract/index.ts';
import { SOURCES_AT_ONCE } from '../../contract/knowledge.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { isGivenBack, readRoom, takeRoom } from '../../models/room.ts';
import { insertSources, moveSource, readSources, type Source } from '../../models/source.ts';
import { insertPart } from '../../models/source-part.ts';
import type { AgencyAccess, Deps, WebPage } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { placeOrder } from '../orders/orders.ts';
import { type KnowledgeCaller, requireBuyer, spendableMillis } from './buyer.ts';
import { readPages } from './pages.ts';
import { type KnowledgeBuyer, type QuotedItem, quoteItems } from './quote.ts';
import { removeUnadmitted } from './remove.ts';
import { requireVoice } from './send.ts';
import { ADMITTED_WITHIN_MS, orderIdOf, shareOf, sourceIsDue, sourceView, UPLOAD_IDLE_MS } from './values.ts';

type Draft = Omit<Parameters<typeof insertSources>[1][number], 'together'>;

interface Attempt {
  /** Ids of sources derive from it: the same attempt finds its sources. */
  seed: string;
  deps: Deps;
  /** Ends with whoever asked. Until something is stored nothing is done for somebody who is gone. */
  signal: AbortSignal;
}

/**
 * Adds sources at the price that was quoted: all of them or none. Room and free places are taken first, then the sources are stored, then
 * each is ordered; only when all is set aside do they go their ways. Whatever ends half-way is taken away again, or finished by the same attempt.
 */
export async function addKnowledge(
  caller: KnowledgeCaller,
  { items, totalMillis }: Parsed<'knowledge.add'>,
  { seed, deps, signal }: Attempt,
): Promise<Output<'knowledge.add'>> {
  const buyer = await requireBuyer(caller);
  const ids = items.map((_, index) => `src_${seed}-${index}`);
  const begun = await readSources(buyer.scope, ids);
  if (begun.length === 0) await store(buyer, { ids, items, totalMillis, signal }, deps);
  else if (begun.some(({ together }) => together !== begun.length)) await takeAway(begun, deps);
  const stored = await readSources(buyer.scope, ids);
  const waiting = stored.filter(({ isAdmitted }) => !isAdmitted);
  // A run of the same attempt took its sources away, and the room with them, while this one was about to store them.
  if (
    await isGivenBack(
      buyer.scope,
      waiting.map(({ _id }) => _id),
    )
  )
    await takeAway(waiting, deps);
  await storeTexts(stored, ids, items);
  deps.reached('source.after_insert');
  await orderAll(caller.access, buyer, stored, deps);
  deps.reached('source.after_orders');
  const admitted = new Map<string, Source>();
  for (const source of stored) admitted.set(source._id, (await admit(source, deps)) ?? source);
  sourceIsDue();
  return {
    sources: ids.map((id) => {
      const source = admitted.get(id);
      return source ? sourceView(source) : null;
    }),
  };
}

async function store(
  buyer: KnowledgeBuyer & { memberId: string },
  { ids, items, totalMillis, signal }: Pick<Parsed<'knowledge.add'>, 'items' | 'totalMillis'> & { ids: string[]; signal: AbortSignal },
  deps: Deps,
): Promise<void> {
  if (items.length > SOURCES_AT_ONCE) refuse('knowledge.too_many', { param: 'items', values: { max: SOURCES_AT_ONCE } });
  await requireVoice(buyer.scope, deps);
  const quote = await quoteItems(buyer, items, deps);
  quote.items.forEach(({ problem }, index) => {
    if (problem) throw problem.at(`items.${index}`);
  });
  if (quote.totalMillis !== totalMillis) refuse('quote.changed', { param: 'totalMillis' });
  if (buyer.plan && (await spendableMillis(buyer)) < totalMillis) refuse('credits.insufficient');
  const fresh = quote.items.flatMap((quoted, index) => (quoted.duplicate ? [] : [{ quoted, index }]));
  const addresses = fresh.flatMap(({ quoted: { kind, name }, index }) => (kind === 'url' ? [{ url: name, param: `items.${index}` }] : []));
  const pages = await readPages(buyer.scope, addresses, { web: deps.web, signal });
  const drafts = fresh.map(({ quoted, index }) => draft({ quoted, page: pages.get(quoted.name) }, ids[index] ?? '', buyer, deps));
  if (drafts.length === 0) return;
  await take(buyer, drafts);
  const together = drafts.length;
  const isNew = await insertSources(
    buyer.scope,
    drafts.map((draft) => ({ ...draft, together })),
  );
  if (isNew) return;
  // What is missing is stored too, but doomed: so no other run of the attempt stores it any more, and its room comes back with the rest.
  await insertSources(
    buyer.scope,
    drafts.map(({ held: _, ...draft }) => ({ ...draft, together, state: 'removing' })),
  );
  await takeAway(await readSources(buyer.scope, ids), deps);
}

/** What an attempt could not add as a whole is not there, unless it goes its way alone by now. */
async function takeAway(sources: readonly Source[], deps: Deps): Promise<never> {
  for (const source of sources) await removeUnadmitted(source, deps);
  return refuse('quote.changed', { param: 'totalMillis' });
}

async function storeTexts(stored: readonly Source[], ids: readonly string[], items: Parsed<'knowledge.add'>['items']): Promise<void> {
  for (const source of stored) {
    const item = items[ids.indexOf(source._id)];
    if (item?.kind === 'text' && !source.isAdmitted) await insertPart(source, source._id, 0, Buffer.from(item.text));
  }
}

/** Somebody may have been quicker since the quote: what decides is the room that is taken in one write. */
async function take({ scope, plan }: KnowledgeBuyer, drafts: readonly Draft[]): Promise<void> {
  const limits = {
    sources: plan?.limits.sources ?? null,
    bytes: plan?.limits.storageBytes ?? null,
    free: plan?.knowledge.freeItems ?? 0,
  };
  if (await takeRoom(scope, drafts.map(shareOf), limits, new Date())) return;
  // How much there is at an address is known only now: no quote would say so.
  const bytes = drafts.reduce((sum, draft) => sum + draft.bytes, (await readRoom(scope)).bytes);
  if (limits.bytes !== null && bytes > limits.bytes) refuse('knowledge.storage_full', { param: 'items' });
  refuse('quote.changed', { param: 'totalMillis' });
}

function draft(
  { quoted, page: read }: { quoted: QuotedItem; page: WebPage | undefined },
  _id: string,
  { scope, memberId }: KnowledgeBuyer & { memberId: string },
  deps: Deps,
): Draft {
  const { kind, name, hash, bytes, priceMillis, free } = quoted;
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
    state: kind === 'file' ? 'uploading' : 'checking',
    priceMillis,
    free,
    isAdmitted: false,
    attempt: 1,
    sends: 0,
    wasReady: false,
    agentIds: [],
    checks: 0,
    checkAt: later(deps.now(), ADMITTED_WITHIN_MS),
    createdAt: deps.now(),
  };
}

/** One order for each, so that each can fail alone. Where one cannot be paid, none is added. */
async function orderAll(
  access: AgencyAccess,
  { scope, memberId }: KnowledgeBuyer & { memberId: string },
  sources: readonly Source[],
  deps: Deps,
): Promise<void> {
  if (!('clientId' in scope)) return;
  try {
    for (const source of sources) {
      if (source.isAdmitted) continue;
      const { state } = await placeOrder(access, scope, placementOf(source, memberId), deps);
      // It was ordered before and taken away again, because nobody went on with the attempt in time.
      if (state === 'undone') refuse('quote.changed', { param: 'totalMillis' });
    }
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) for (const source of sources) await removeUnadmitted(source, deps);
    throw error;
  }
}

export const placementOf = (source: Source, memberId: string) => ({
  orderId: orderIdOf(source),
  memberId,
  ware: { kind: 'knowledge', name: source.name, item: {}, subjectId: source._id, priceMillis: source.priceMillis } as const,
  pay: 'credits' as const,
});

/** From here on a source goes its way: a file waits for its bytes, everything else for the provider. */
export function admit(source: Source, deps: Deps): Promise<Source | null> | Source {
  if (source.isAdmitted) return source;
  return source.state === 'uploading'
    ? moveSource(source, { isAdmitted: true, checkAt: later(deps.now(), UPLOAD_IDLE_MS) })
    : moveSource(source, { isAdmitted: true, state: source.kind === 'file' ? 'checking' : 'processing', checkAt: deps.now() });
}
