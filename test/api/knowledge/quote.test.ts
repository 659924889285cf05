import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';
import { until } from '../../support/until.ts';
import { pdf } from './archives.ts';
import {
  addSource,
  addSources,
  fileItem,
  findSource,
  openClient,
  openVoiceClient,
  textItem,
  untilState,
  uploadFile,
} from './voice-client.ts';

const api = await startApi();

test('knowledge.quote K11: of twelve files two are duplicates, seven free and three quoted, and these are charged', async () => {
  const { page } = await openVoiceClient(api, { credits: 50, knowledge: { freeItems: 10 } });
  await addSources(page, [textItem('A'), textItem('B'), textItem('C')]);
  const files = Array.from({ length: 10 }, (_, at) => fileItem(`File ${at}.txt`, `Words ${at}`));
  const items = [...files, fileItem('Again.txt', 'Words 1'), fileItem('And again.txt', 'Words 2')];
  const quote = await page.call('knowledge.quote', { items });
  assert.deepEqual(
    { totalMillis: quote.totalMillis, freeLeft: quote.freeLeft, shortMillis: quote.shortMillis },
    { totalMillis: 6_000, freeLeft: 0, shortMillis: 0 },
  );
  assert.deepEqual(
    quote.items.map(({ free, duplicate }) => (free ? 'free' : duplicate ? 'twice' : 'paid')).join(' '),
    'free free free free free free free paid paid paid twice twice',
  );
  const wrong = await page.try('knowledge.add', { items, totalMillis: 4_000 });
  assert.deepEqual({ status: wrong.status, code: codeOf(wrong) }, { status: 409, code: 'quote.changed' });
  const { sources } = await page.call('knowledge.add', { items, totalMillis: quote.totalMillis });
  assert.deepEqual({ added: sources.filter((source) => source !== null).length, last: sources.at(-1) }, { added: 10, last: null });
  for (const [at, source] of sources.entries()) if (source) await uploadFile(page, source.id, `Words ${at}`);
  for (const source of sources) if (source) await untilState(page, source.id, 'ready');
  assert.deepEqual({ available: (await page.balance()).available, used: (await page.balance()).used }, { available: 44_000, used: 6_000 });
  const again = await page.call('knowledge.quote', { items });
  const areThere = again.items.every(({ duplicate }) => duplicate);
  assert.deepEqual({ totalMillis: again.totalMillis, areThere }, { totalMillis: 0, areThere: true });
});

test('knowledge.quote K11: a text without a visible character is neither quoted nor sold', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  for (const text of [' \n', '\0', '\u202E', '\u200B\u2060', '\u3164', '\u2800']) {
    const items = [{ kind: 'text', name: 'Blank', text } as const];
    for (const reply of [await page.try('knowledge.quote', { items }), await page.try('knowledge.add', { items, totalMillis: 1000 })])
      assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, JSON.stringify(text));
  }
  const items = [{ kind: 'text', name: 'A smile', text: '\u263A' } as const];
  assert.equal((await page.try('knowledge.quote', { items })).status, 200);
});

test('knowledge.add K3: ten are free, the 11th is paid; a deleted one is free again only if the plan says so', async () => {
  for (const returnsFreeItems of [false, true]) {
    const { page } = await openVoiceClient(api, { credits: 10, knowledge: { freeItems: 10, returnsFreeItems } });
    const sources = await addSources(
      page,
      Array.from({ length: 10 }, (_, at) => textItem(`Text ${at}`)),
    );
    assert.ok(sources.every((source) => source?.priceMillis === 0));
    const next = { items: [textItem('Text 11')] };
    assert.equal((await page.call('knowledge.quote', next)).totalMillis, 1_000);
    assert.deepEqual((await page.call('knowledge.list', {})).free, { used: 10, most: 10 });
    await untilState(page, sources[0]?.id ?? '', 'ready');
    await page.call('knowledge.remove', { sourceId: sources[0]?.id ?? '' });
    assert.equal((await page.call('knowledge.quote', next)).totalMillis, returnsFreeItems ? 0 : 1_000);
    assert.equal((await page.balance()).available, 10_000);
  }
});

test("knowledge.add K3: an agency's own sources have no limit or charge; costs show the provider's ten free ones", async () => {
  const { agency, page } = await openVoiceClient(api, { features: [], limits: { numbers: 0, sources: 0, storageBytes: 0 } });
  assert.equal(codeOf(await page.try('knowledge.quote', { items: [textItem('A')] })), 'feature.locked');
  assert.equal(codeOf(await page.try('knowledge.add', { items: [textItem('A')], totalMillis: 0 })), 'feature.locked');
  const before = await agency.call('agency.read', {});
  const items = Array.from({ length: 12 }, (_, at) => textItem(`Text ${at}`));
  const quote = await agency.call('knowledge.quote', { items });
  const takesFree = quote.items.some(({ free }) => free);
  assert.deepEqual(
    { totalMillis: quote.totalMillis, shortMillis: quote.shortMillis, takesFree },
    { totalMillis: 0, shortMillis: 0, takesFree: false },
  );
  const { sources } = await agency.call('knowledge.add', { items, totalMillis: 0 });
  const listed = await until(async () => {
    const now = await agency.call('knowledge.list', {});
    return now.sources.every(({ state }) => state === 'ready') && now;
  }, 'all sources');
  assert.deepEqual(
    { sources: listed.sources.length, count: listed.count, freeMost: listed.free.most },
    { sources: 12, count: { used: 12, most: null }, freeMost: null },
  );
  assert.ok(listed.sources.every(({ state, priceMillis, orderId }) => state === 'ready' && priceMillis === 0 && orderId === null));
  assert.deepEqual(await agency.call('knowledge.costs', {}), { sources: 12, providerFree: 10, billed: 2 });
  const after = await agency.call('agency.read', {});
  assert.deepEqual({ minutes: after.minutes, fees: after.fees }, { minutes: before.minutes, fees: before.fees });
  assert.deepEqual((await page.call('knowledge.list', {})).sources, [], 'no client sees it');
  assert.equal(codeOf(await page.try('knowledge.remove', { sourceId: sources[0]?.id ?? '' })), 'source.not_found');
});

test('knowledge.quote K5 A09: a quote names private addresses, refused files and items over the limits', async () => {
  const { page } = await openVoiceClient(api, { credits: 100, limits: { numbers: null, sources: 3, storageBytes: 1_000 } });
  const items = [
    { kind: 'url' as const, url: 'https://169.254.169.254/' },
    { kind: 'url' as const, url: 'https://2852039166/' },
    fileItem('Tool.exe', 'MZ'),
    fileItem('Large.txt', 'a'.repeat(900)),
    fileItem('Larger.txt', 'b'.repeat(200)),
    fileItem('Small.txt', 'c'),
    fileItem('Third.txt', 'd'),
    fileItem('Fourth.txt', 'e'),
  ];
  const { items: quoted } = await page.call('knowledge.quote', { items });
  assert.deepEqual(
    quoted.map(({ problem }) => problem?.code ?? 'fits'),
    [
      'knowledge.url_blocked',
      'knowledge.url_blocked',
      'knowledge.type_refused',
      'fits',
      'knowledge.storage_full',
      'fits',
      'fits',
      'plan.limit',
    ],
  );
  assert.equal(quoted.at(-1)?.problem?.message, 'Your plan allows 3 sources. Choose a larger plan for more.');
  const blocked = await page.try('knowledge.add', { items: items.slice(0, 1), totalMillis: 0 });
  assert.deepEqual({ status: blocked.status, code: codeOf(blocked) }, { status: 422, code: 'knowledge.url_blocked' });
  const full = await page.try('knowledge.add', { items: items.slice(3, 5), totalMillis: 4_000 });
  assert.deepEqual({ status: full.status, code: codeOf(full) }, { status: 403, code: 'knowledge.storage_full' });
});

test('knowledge.add A12 K8: of many at once exactly as many are added as the plan allows, and free ones once', async () => {
  const { page } = await openVoiceClient(api, {
    credits: 100,
    knowledge: { freeItems: 3 },
    limits: { numbers: null, sources: 8, storageBytes: 80 },
  });
  const attempts = Array.from({ length: 24 }, async (_, at) => {
    const items = [textItem(`Text ${at}`, String(at).padStart(10, '0'))];
    // If another attempt was faster, the next try quotes anew, as a page does.
    for (let tries = 0; tries < 30; tries += 1) {
      const { totalMillis } = await page.call('knowledge.quote', { items });
      const reply = await page.try('knowledge.add', { items, totalMillis });
      if (codeOf(reply) !== 'quote.changed') return codeOf(reply) ?? 'added';
    }
    return 'gave up';
  });
  const results = await Promise.all(attempts);
  assert.equal(results.filter((result) => result === 'added').length, 8);
  assert.equal(results.filter((result) => result === 'plan.limit' || result === 'knowledge.storage_full').length, 16);
  const { sources, count, storageBytes, free } = await page.call('knowledge.list', {});
  assert.deepEqual(
    { sources: sources.length, count, storageBytes, freeUsed: free.used },
    { sources: 8, count: { used: 8, most: 8 }, storageBytes: { used: 80, most: 80 }, freeUsed: 3 },
  );
  assert.equal(sources.filter(({ priceMillis }) => priceMillis === 0).length, 3);
  assert.equal((await page.balance()).available, 95_000);
});

test('knowledge.add K2: of two attempts at the last credits one is refused, and nothing of it is stored', async () => {
  const { page } = await openVoiceClient(api, { credits: 3 });
  const lists = [0, 1].map((list) => [textItem(`${list} a`), textItem(`${list} b`)]);
  const replies = await Promise.all(lists.map((items) => page.try('knowledge.add', { items, totalMillis: 2_000 })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 402]);
  const { sources, count } = await page.call('knowledge.list', {});
  assert.deepEqual({ sources: sources.length, used: count.used }, { sources: 2, used: 2 });
  assert.equal((await page.balance()).available, 1_000);
});

test('knowledge.list K8: after random additions and deletions the counts match the sources', async () => {
  const { agency } = await openVoiceClient(api, {});
  const rounds = runs(40);
  const page = await openClient(agency, rounds * 2);
  const dice = (sides: number) => Math.floor(Math.random() * sides);
  const there = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const [oldest] = there.keys();
    if (oldest !== undefined && dice(5) < 2) {
      assert.deepEqual(await page.call('knowledge.remove', { sourceId: oldest }), { removed: true });
      there.delete(oldest);
    } else {
      const bytes = 1 + dice(5_000);
      const source = await addSource(page, fileItem(`File ${round}.txt`, `${round} `.padEnd(bytes + 5, 'x')));
      there.set(source.id, source.bytes);
    }
  }
  const { count, storageBytes } = await page.call('knowledge.list', {});
  const used = { sources: count.used, bytes: storageBytes.used };
  assert.deepEqual(used, { sources: there.size, bytes: [...there.values()].reduce((sum, bytes) => sum + bytes, 0) });
  assert.equal((await page.balance()).available, (rounds - there.size) * 2_000, 'what was cancelled costs nothing');
  const entitlements = await page.call('entitlements.read', {});
  assert.deepEqual({ sources: entitlements.sources.used, bytes: entitlements.storageBytes.used }, used);
});

test('knowledge.add F31: a repeated attempt adds nothing, and its key returns the first answer', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const input = { items: [textItem('Once'), fileItem('a.pdf', pdf())], totalMillis: 3_000 };
  const headers = { 'idempotency-key': 'attempt-number-one' };
  const [one, two] = await Promise.all([page.call('knowledge.add', input, headers), page.call('knowledge.add', input, headers)]);
  assert.deepEqual(
    one.sources.map((source) => source?.id),
    two.sources.map((source) => source?.id),
  );
  assert.equal((await page.balance()).available, 7_000);
  assert.equal((await findSource(page, one.sources[1]?.id ?? ''))?.state, 'uploading');
});
