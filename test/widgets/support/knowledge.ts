import type { Input, Output } from '../../../api/contract/index.ts';

export type Source = Output<'knowledge.list'>['sources'][number];
type Quote = Output<'knowledge.quote'>;

/** Answers as the contract shapes them; a test says only what it is about. */
export const source = (given: Partial<Source> = {}): Source => ({
  id: 'src_1',
  kind: 'file',
  name: 'handbook.pdf',
  type: 'pdf',
  bytes: 1000,
  receivedBytes: 1000,
  state: 'ready',
  reason: null,
  priceMillis: 2000,
  orderId: 'ord_1',
  agentIds: [],
  addedAt: '2026-01-05T10:00:00.000Z',
  ...given,
});

export const list = (sources: Source[] = [], given: Partial<Output<'knowledge.list'>> = {}): Output<'knowledge.list'> => ({
  sources,
  count: { used: sources.length, most: null },
  storageBytes: { used: 0, most: null },
  free: { used: 0, most: 0 },
  ...given,
});

/** Price of each item: 2 credits, unless it exists already. */
export function quoteOf({ items }: Input<'knowledge.quote'>, { known = [] as string[], shortMillis = 0 } = {}): Quote {
  const seen = new Set(known);
  const quoted = items.map((item) => {
    const key = item.kind === 'file' ? item.hash : item.kind === 'text' ? item.text : item.url;
    const duplicate = seen.has(key);
    seen.add(key);
    const name = item.kind === 'url' ? item.url : item.name;
    return { name, kind: item.kind, priceMillis: duplicate ? 0 : 2000, free: false, duplicate, problem: null };
  });
  const totalMillis = quoted.reduce((sum, { priceMillis }) => sum + priceMillis, 0);
  return { items: quoted, totalMillis, totalCents: totalMillis / 25, currency: 'EUR', freeLeft: 0, shortMillis };
}
