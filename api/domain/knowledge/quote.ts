import type { Output, Parsed, PlainCode } from '../../contract/index.ts';
import { FILE_BYTES_MAX, SOURCES_AT_ONCE } from '../../contract/knowledge/knowledge.ts';
import { Refusal } from '../../contract/refusal.ts';
import { heldHashes, type OwnerScope, type SourceKind } from '../../models/source.ts';
import { readUsedStorage } from '../../models/storage-allowance.ts';
import type { Deps } from '../../ports/index.ts';
import { judgeFileName } from '../../rules/file-name.ts';
import type { Funds } from '../../rules/funds.ts';
import { priceOf } from '../../rules/money.ts';
import type { Plan } from '../directory/plan.ts';
import { hashOfText } from './values.ts';

type Item = Parsed<'knowledge.quote'>['items'][number];

/** One item of a list, with its price. */
export interface QuotedItem {
  item: Item;
  kind: SourceKind;
  name: string;
  hash: string;
  bytes: number;
  /** Milli-credits; 0 where it is free, a duplicate or cannot be added. */
  priceMillis: number;
  /** True if the free allowance pays. */
  free: boolean;
  duplicate: boolean;
  problem: Refusal | null;
}

export interface Quote {
  items: QuotedItem[];
  totalMillis: number;
  freeLeft: number;
}

/** The owner who adds, and its plan. The agency itself has no plan and pays nothing. */
export interface KnowledgeBuyer {
  scope: OwnerScope;
  plan: Plan | null;
}

/** Says what a list of sources costs a buyer now, in milli-credits. Nothing of it is kept. */
export async function quoteItems({ scope, plan }: KnowledgeBuyer, items: readonly Item[], deps: Pick<Deps, 'web'>): Promise<Quote> {
  const described = items.map((item) => describeItem(item, deps));
  const hashes = described.flatMap(({ hash }) => hash);
  const [used, held] = await Promise.all([readUsedStorage(scope), heldHashes(scope, hashes)]);
  const seen = new Set(held);
  const left = {
    free: Math.max(0, (plan?.knowledge.freeItems ?? 0) - used.free),
    sources: (plan?.limits.sources ?? Number.POSITIVE_INFINITY) - used.sources,
    bytes: (plan?.limits.storageBytes ?? Number.POSITIVE_INFINITY) - used.bytes,
  };
  const quoted = described.map((item, index): QuotedItem => {
    const duplicate = seen.has(item.hash);
    seen.add(item.hash);
    const problem = index < SOURCES_AT_ONCE ? item.problem : new Refusal('knowledge.too_many', { values: { max: SOURCES_AT_ONCE } });
    const none = { ...item, priceMillis: 0, free: false, duplicate, problem };
    if (duplicate || problem) return none;
    if (left.sources < 1)
      return { ...none, problem: new Refusal('plan.limit', { values: { limit: 'sources', most: plan?.limits.sources ?? 0 } }) };
    if (left.bytes < item.bytes) return { ...none, problem: new Refusal('knowledge.storage_full') };
    const price = plan ? plan.knowledge[`${item.kind}Millis`] : 0;
    const free = price > 0 && left.free > 0;
    left.sources -= 1;
    left.bytes -= item.bytes;
    left.free -= free ? 1 : 0;
    return { ...none, priceMillis: free ? 0 : price, free };
  });
  return { items: quoted, totalMillis: quoted.reduce((sum, { priceMillis }) => sum + priceMillis, 0), freeLeft: left.free };
}

type Described = Omit<QuotedItem, 'priceMillis' | 'free' | 'duplicate'>;

function describeItem(item: Item, { web }: Pick<Deps, 'web'>): Described {
  switch (item.kind) {
    case 'file': {
      const { kind, name, hash, bytes } = item;
      const code = fileFault(name, bytes);
      return { item, kind, name, hash, bytes, problem: code ? new Refusal(code) : null };
    }
    case 'text': {
      const { kind, name, text } = item;
      return { item, kind, name, hash: hashOfText(text), bytes: Buffer.byteLength(text), problem: null };
    }
    case 'url':
      return { item, kind: item.kind, bytes: 0, ...spellAddress(item.url, web) };
  }
}

/** Tells why a file is refused before its content is known. */
function fileFault(name: string, bytes: number): PlainCode | undefined {
  if (bytes > FILE_BYTES_MAX) return 'knowledge.too_large';
  const judged = judgeFileName(name);
  if ('code' in judged) return judged.code;
  return bytes === 0 ? 'knowledge.empty' : undefined;
}

/** An address takes up no storage in a quote, as its size is known only once it is read. */
function spellAddress(text: string, web: Deps['web']): Pick<Described, 'name' | 'hash' | 'problem'> {
  try {
    const url = web.spell(text);
    return { name: url, hash: hashOfText(`url ${url}`), problem: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { name: text, hash: hashOfText(`url ${text}`), problem: error };
  }
}

/** A quote as its buyer sees it. @param funds what the buyer can pay; undefined for the agency itself, which pays nothing */
export const quoteView = (
  { items, totalMillis, freeLeft }: Quote,
  { currency, centsPer100Credits }: Pick<Plan, 'currency' | 'centsPer100Credits'>,
  funds: Funds | undefined,
): Output<'knowledge.quote'> => ({
  items: items.map(({ name, kind, priceMillis, free, duplicate, problem }) => ({
    name,
    kind,
    priceMillis,
    free,
    duplicate,
    problem: problem && { code: problem.code, message: problem.message, ...(problem.values && { values: problem.values }) },
  })),
  totalMillis,
  totalCents: priceOf(totalMillis, centsPer100Credits),
  currency,
  freeLeft,
  shortMillis: funds?.missingMillis ?? 0,
  ...(funds && { funds }),
});
