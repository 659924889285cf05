import type { RetellRequests } from '../schemas/retell.ts';
import type { World } from '../world.ts';
import { type Call, newRetellId, nowMillis, type RetellCore } from './core.ts';
import type { Base, Source } from './objects.ts';
import { badRequest, noAsset } from './refusals.ts';

type Creation = RetellRequests['POST /create-knowledge-base'];
type Addition = RetellRequests['POST /add-knowledge-base-sources/:id'];

const filesMost = 25;
/** Content that the provider cannot read. */
const unreadable = /corrupt/i;
/** Content whose processing never ends. */
const endless = /endless/i;

export function createBase({ core, account, body, files }: Call<Creation>): object {
  const { knowledge_base_name: name, enable_auto_refresh = false, max_chunk_size = 2000, min_chunk_size = 400 } = body;
  if (name.length === 0 || name.length >= 40) throw badRequest('knowledge_base_name must be less than 40 characters');
  const base: Base = {
    knowledge_base_id: newRetellId('knowledge_base'),
    knowledge_base_name: name,
    status: 'in_progress',
    enable_auto_refresh,
    max_chunk_size,
    min_chunk_size,
    sources: [],
    error_messages: [],
    work: null,
  };
  take(core, base, sourcesOf(body, files));
  account.bases[base.knowledge_base_id] = base;
  return onWire(base);
}

export function addSources(call: Call<Addition>): object {
  const base = find(call);
  if (base.work) throw badRequest('The knowledge base is still being processed');
  take(call.core, base, sourcesOf(call.body, call.files));
  base.status = 'refreshing_in_progress';
  return onWire(base);
}

/** Starts to process sources. */
function take(core: RetellCore, base: Base, sources: Source[]): void {
  const isDoomed = core.failing.bases > 0;
  if (isDoomed) core.failing.bases -= 1;
  const failed = isDoomed ? sources : sources.filter((source) => unreadable.test(nameOf(source)));
  base.sources.push(...sources);
  const isEndless = sources.some((source) => endless.test(nameOf(source)));
  const endsAt = isEndless ? Number.MAX_SAFE_INTEGER : nowMillis(core.world) + core.processingMillis;
  base.work = { endsAt, failed, isBroken: isDoomed };
}

function sourcesOf(
  { knowledge_base_texts: texts = [], knowledge_base_urls: urls = [] }: Addition,
  files: Call<unknown>['files'],
): Source[] {
  if (files.length > filesMost) throw badRequest(`No more than ${filesMost} files can be added at once`);
  for (const url of urls) if (!URL.canParse(url)) throw badRequest('knowledge_base_urls must be valid urls');
  const id = () => newRetellId('source');
  const stored = (name: string) => `https://files.retell.example/${encodeURIComponent(name)}`;
  return [
    ...files.map(({ name, bytes, sha256 }) => ({
      type: 'document' as const,
      source_id: id(),
      filename: name,
      file_size: bytes,
      file_url: stored(name),
      sha256,
    })),
    ...texts.map(({ title, text }) => ({
      type: 'text' as const,
      source_id: id(),
      title,
      content_url: stored(title),
      characters: text.length,
    })),
    ...urls.map((url) => ({ type: 'url' as const, source_id: id(), url })),
  ];
}

export const nameOf = (source: Source): string =>
  source.type === 'document' ? source.filename : source.type === 'text' ? source.title : source.url;

/** Ends processing that is due. Called at each look. */
export function finishDue(world: World): void {
  for (const { bases } of world.retell) {
    for (const base of Object.values(bases)) {
      if (base.work && base.work.endsAt <= nowMillis(world)) finish(base, base.work);
    }
  }
}

/**
 * Ends the processing of a base. Unreadable sources are named in its errors, and it is complete all the same, even without any source.
 * @param isBroken the indexing itself failed, so a new base is in error
 */
export function finish(base: Base, { failed, isBroken }: { failed: readonly Source[]; isBroken: boolean }): void {
  const lost = new Set(failed.map(({ source_id }) => source_id));
  base.error_messages = failed.map((source) => `Failed to process ${nameOf(source)}.`);
  base.sources = base.sources.filter(({ source_id }) => !lost.has(source_id));
  base.status = isBroken && base.status === 'in_progress' ? 'error' : 'complete';
  base.work = null;
}

function find({ core, account, named }: Call<unknown>): Base {
  finishDue(core.world);
  const base = account.bases[named.id ?? ''];
  if (!base) throw noAsset();
  return base;
}

export const getBase = (call: Call<unknown>): object => onWire(find(call));

export function listBases({ core, account }: Call<unknown>): object {
  finishDue(core.world);
  return Object.values(account.bases).reverse().map(onWire);
}

export function deleteBase(call: Call<unknown>): undefined {
  delete call.account.bases[find(call).knowledge_base_id];
}

export function deleteSource(call: Call<unknown>): object {
  const base = find(call);
  if (!base.sources.some(({ source_id: id }) => id === call.named.source)) throw noAsset();
  base.sources = base.sources.filter(({ source_id: id }) => id !== call.named.source);
  return onWire(base);
}

/** New sources only appear once they are processed. */
function onWire({ sources, work, error_messages, ...base }: Base): object {
  return {
    ...base,
    ...(base.status !== 'in_progress' && { knowledge_base_sources: sources.map(sourceOnWire) }),
    ...(error_messages.length > 0 && { error_messages }),
  };
}

function sourceOnWire(source: Source): object {
  if (source.type === 'document') {
    const { sha256: _, ...told } = source;
    return told;
  }
  if (source.type === 'text') {
    const { characters: _, ...told } = source;
    return told;
  }
  return source;
}
