import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { type Quote, quoteView } from '../../../api/domain/knowledge/quote.ts';
import { isWhole, moves } from '../../../api/domain/knowledge/states.ts';
import {
  baseNameOf,
  basePrefixOf,
  onSourceDue,
  orderIdOf,
  scopeOfSource,
  shareOf,
  sourceIsDue,
  sourceView,
} from '../../../api/domain/knowledge/values.ts';
import { AGENCY_OWN, type Source, type SourceState } from '../../../api/models/source.ts';
import { fundsFor } from '../../../api/rules/funds.ts';

/** Holds the views of sources and quotes without a database or a provider. */

const createdAt = new Date('2026-03-01T12:00:00Z');
const source: Source = {
  ...{ _id: 'src_1', agencyId: 'agn_1', world: 'live', owner: 'cli_1', subject: 'sub_1', memberId: 'mem_1', kind: 'file', name: 'a.pdf' },
  ...{ bytes: 10, receivedBytes: 10, hash: 'hash', state: 'ready', priceMillis: 5000, free: false, batchSize: 1, attempt: 2, sends: 1 },
  ...{ wasReady: true, agentIds: ['agt_1'], checks: 0, checkAt: createdAt, createdAt },
};

test('knowledge.list K1: a source shows its name, type, size and date, and its order if a client owns it', () => {
  const seen = {
    ...{ id: 'src_1', kind: 'file', name: 'a.pdf', type: null, bytes: 10, receivedBytes: 10, state: 'ready', reason: null },
    ...{ priceMillis: 5000, orderId: 'ord_1-2', agentIds: ['agt_1'], addedAt: '2026-03-01T12:00:00.000Z' },
  };
  assert.deepEqual(sourceView(source), seen);
  assert.equal(sourceView({ ...source, type: 'application/pdf' }).type, 'application/pdf');
  assert.equal(sourceView({ ...source, owner: AGENCY_OWN }).orderId, null);
  assert.equal(sourceView({ ...source, code: 'knowledge.partly_read' }).reason?.code, 'knowledge.partly_read');
});

test('knowledge.list K6: only a source that is paid for shows a price', () => {
  const priceOf = (by: Partial<Source>) => sourceView({ ...source, ...by }).priceMillis;
  assert.equal(priceOf({ free: true }), 0);
  const states: SourceState[] = ['offered', 'uploading', 'checking', 'processing', 'ready', 'failed', 'quarantined', 'removing'];
  const unpaid = states.filter((state) => priceOf({ state }) === 0);
  assert.deepEqual(unpaid, ['failed', 'quarantined']);
});

test('knowledge.list K9: an offered file waits for its bytes, then for its check', () => {
  const offered = { ...source, state: 'offered' } as const;
  assert.equal(sourceView({ ...offered, receivedBytes: 9 }).state, 'uploading');
  assert.equal(sourceView(offered).state, 'checking');
  assert.deepEqual(
    [9, 10].map((receivedBytes) => isWhole({ receivedBytes, bytes: 10 })),
    [false, true],
  );
});

test('knowledge.retry K6: each try has an order and a base of its own, which its removal finds by one beginning', () => {
  assert.deepEqual(
    [1, 2].map((attempt) => orderIdOf({ ...source, attempt })),
    ['ord_1-1', 'ord_1-2'],
  );
  const bases = [1, 2].map((attempt) => baseNameOf({ ...source, attempt }));
  assert.equal(new Set(bases).size, 2);
  assert(bases.every((base) => base.startsWith(basePrefixOf(source)) && base.length < 40));
  assert.equal(baseNameOf({ ...source, _id: 'src_10' }).startsWith(basePrefixOf(source)), false);
});

test('knowledge.add K8: a source counts once for its owner, with its bytes and its free place', () => {
  assert.deepEqual(shareOf(source), { sourceId: 'src_1', bytes: 10, free: 0 });
  assert.equal(shareOf({ ...source, free: true }).free, 1);
  const owner = { agencyId: 'agn_1', world: 'live' };
  assert.deepEqual(scopeOfSource(source), { ...owner, clientId: 'cli_1', subject: 'sub_1' });
  assert.deepEqual(scopeOfSource({ ...source, owner: AGENCY_OWN }), owner);
});

test('knowledge.remove K12: a source is removed from each state, and nothing leads back from there', () => {
  const states = Object.keys(moves) as SourceState[];
  for (const state of states) assert.equal(moves[state].includes('removing'), state !== 'removing', state);
  assert.deepEqual(moves.removing, []);
  assert.deepEqual(
    states.filter((state) => moves[state].includes('ready')),
    ['processing'],
    'only the provider makes it ready',
  );
  assert.deepEqual(
    states.filter((state) => moves[state].includes('offered')),
    ['failed', 'quarantined'],
  );
  assert.equal(moves.quarantined.includes('processing'), false, 'what is quarantined is checked again first');
});

test('knowledge.quote K2 K11: a quote shows each price and problem, its sum in money, and what is short', () => {
  const item = { item: { kind: 'text', name: 'A', text: 'a' }, kind: 'text', name: 'A', hash: 'h', bytes: 1 } as const;
  const problem = new Refusal('plan.limit', { values: { limit: 'sources', most: 3 } });
  const quote: Quote = {
    items: [
      { ...item, priceMillis: 2000, free: false, duplicate: false, problem: null },
      { ...item, priceMillis: 0, free: true, duplicate: true, problem },
      { ...item, priceMillis: 0, free: false, duplicate: false, problem: new Refusal('knowledge.storage_full') },
    ],
    ...{ totalMillis: 2000, freeLeft: 1 },
  };
  const price = { currency: 'EUR', centsPer100Credits: 4000 } as const;
  const fundsOf = (available: number) => fundsFor({ available }, 'knowledge', quote.totalMillis);
  const { items, funds, ...sums } = quoteView(quote, price, fundsOf(1500));
  assert.deepEqual(sums, { totalMillis: 2000, totalCents: 80, currency: 'EUR', freeLeft: 1, shortMillis: 500 });
  assert.deepEqual(funds, { kind: 'knowledge', spendableMillis: 1500, callsOnlyMillis: 0, missingMillis: 500 });
  assert.deepEqual(items[0], { name: 'A', kind: 'text', priceMillis: 2000, free: false, duplicate: false, problem: null });
  const { code, message } = problem;
  const values = { limit: 'sources', most: 3 };
  assert.deepEqual(items[1], { name: 'A', kind: 'text', priceMillis: 0, free: true, duplicate: true, problem: { code, message, values } });
  assert.deepEqual(Object.keys(items[2]?.problem ?? {}), ['code', 'message']);
  assert.equal(quoteView(quote, price, fundsOf(2000)).shortMillis, 0);
  assert.equal(quoteView(quote, price, fundsOf(9000)).shortMillis, 0);
  assert.equal(quoteView(quote, price, undefined).shortMillis, 0, 'the agency itself pays nothing');
});

test('knowledge.upload K9: whoever listens hears of each source that is due until it stops listening', () => {
  let heard = 0;
  const stop = onSourceDue(() => {
    heard += 1;
  });
  sourceIsDue();
  sourceIsDue();
  stop();
  sourceIsDue();
  assert.equal(heard, 2);
});
