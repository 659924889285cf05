import assert from 'node:assert/strict';
import test from 'node:test';
import { PART_BYTES_MAX } from '../../../api/contract/knowledge.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { comesTo, until } from '../../support/until.ts';
import { docx, pdf } from './archives.ts';
import { add, addOne, fileItem, hashOf, openLibrary, sourceOf, textItem, tryPart, untilState, upload } from './library.ts';

const api = await startApi();
const { sandbox } = api;

test('knowledge.add K1 K2: a file, a text: each becomes a source that is ready, is listed with type, size and date, and is paid once', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const content = pdf();
  const [file, text] = await add(page, [fileItem('Guide.pdf', content), textItem('Opening hours', 'From 9 to 5')]);
  assert.ok(file && text);
  assert.deepEqual([file.state, file.receivedBytes, text.state], ['uploading', 0, 'processing']);
  const held = await page.balance();
  assert.equal(held.available, 7_000, 'both are set aside');
  const sent = await upload(page, file.id, content);
  assert.equal(sent.status, 200);
  const [ready] = await Promise.all([untilState(page, file.id, 'ready'), untilState(page, text.id, 'ready')]);
  assert.deepEqual(
    [ready.type, ready.bytes, ready.receivedBytes, ready.priceMillis, ready.reason, ready.kind],
    ['pdf', content.length, content.length, 2_000, null, 'file'],
  );
  assert.equal((await sourceOf(page, text.id))?.type, 'txt');
  assert.ok(Date.parse(ready.addedAt) > 0);
  assert.deepEqual([(await page.balance()).available, (await page.balance()).used], [7_000, 3_000]);
  const bases = sandbox.retell.bases(apiKey);
  assert.equal(bases.length, 2, 'one base for each');
  const hashes = bases.flatMap(({ sources }) => sources.flatMap((one) => (one.type === 'document' ? [one.sha256] : [])));
  assert.deepEqual(hashes, [hashOf(content)], 'the provider has the very bytes');
});

test('knowledge.add K2: where credits are short nothing is stored, and after a top-up the same upload goes on', async () => {
  const { agency, page, apiKey } = await openLibrary(api, { credits: 1 });
  const items = [fileItem('Guide.pdf', pdf())];
  const quote = await page.call('knowledge.quote', { items });
  assert.deepEqual([quote.totalMillis, quote.shortMillis, quote.totalCents, quote.currency], [2_000, 1_000, 80, 'EUR']);
  const refused = await page.try('knowledge.add', { items, totalMillis: 2_000 });
  assert.deepEqual([refused.status, codeOf(refused)], [402, 'credits.insufficient']);
  const empty = await page.call('knowledge.list', {});
  assert.deepEqual([empty.sources, empty.count.used, empty.storageBytes.used], [[], 0, 0]);
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  await agency.allocate(page.clientId, 1_000);
  const source = await addOne(page, items[0] ?? assert.fail());
  await upload(page, source.id, pdf());
  await untilState(page, source.id, 'ready');
  assert.equal((await page.balance()).available, 0);
});

test('knowledge.upload K9: a part again is fine, one that is misplaced says where to go on, and a cut upload goes on from there', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  const content = Buffer.from('word '.repeat(500_000)); // 2.5 MB: three parts
  const source = await addOne(page, fileItem('Long.txt', content));
  const part = (n: number) => content.subarray(n * PART_BYTES_MAX, (n + 1) * PART_BYTES_MAX);
  const at = (n: number) => ({ sourceId: source.id, offset: n * PART_BYTES_MAX });
  assert.equal((await tryPart(page, at(0), part(0))).body.receivedBytes, PART_BYTES_MAX);
  assert.equal((await tryPart(page, at(0), part(0))).body.receivedBytes, PART_BYTES_MAX);
  const misplaced = await tryPart(page, at(2), part(2));
  assert.deepEqual([misplaced.status, codeOf(misplaced)], [409, 'knowledge.part_misplaced']);
  assert.match(JSON.stringify(misplaced.body), new RegExp(`byte ${PART_BYTES_MAX}`));
  const known = await sourceOf(page, source.id);
  const rest = await upload(page, source.id, content, known?.receivedBytes);
  assert.deepEqual([rest.status, rest.body.receivedBytes], [200, content.length]);
  assert.equal((await tryPart(page, at(2), part(2))).status, 200, 'the last part again');
  await untilState(page, source.id, 'ready');
});

test('knowledge.add K4: a program, 21 MB and 21 files are refused before anything is stored', async () => {
  const { page } = await openLibrary(api, { credits: 100 });
  const tried = async (items: Parameters<typeof page.try<'knowledge.add'>>[1]['items']) => {
    const { totalMillis } = await page.call('knowledge.quote', { items });
    const reply = await page.try('knowledge.add', { items, totalMillis });
    return [reply.status, codeOf(reply)];
  };
  const large = { ...fileItem('Large.pdf', pdf()), bytes: 21 * 1024 * 1024 };
  assert.deepEqual(await tried([large]), [413, 'knowledge.too_large']);
  assert.deepEqual(await tried([fileItem('Tool.exe', 'MZ')]), [415, 'knowledge.type_refused']);
  const many = Array.from({ length: 21 }, (_, at) => fileItem(`File ${at}.txt`, `Text ${at}`));
  assert.deepEqual(await tried(many), [422, 'knowledge.too_many']);
  const { sources, count } = await page.call('knowledge.list', {});
  assert.deepEqual([sources, count.used], [[], 0]);
});

test('knowledge.upload K4 A10: what is not what it was said to be is refused at its last part, costs nothing, and is not kept', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const cases: [string, Buffer, string, number][] = [
    ['program.pdf', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), 'knowledge.type_refused', 415],
    ['page.txt', Buffer.from('<html><script>alert(1)</script>'), 'knowledge.type_refused', 415],
    ['bomb.docx', docx([{ name: 'word/a.xml', content: Buffer.alloc(8 * 1024 * 1024) }]), 'knowledge.archive_refused', 422],
  ];
  for (const [name, content, code, status] of cases) {
    const source = await addOne(page, fileItem(name, content));
    const reply = await upload(page, source.id, content);
    assert.deepEqual([reply.status, codeOf(reply)], [status, code], name);
    const failed = await sourceOf(page, source.id);
    assert.deepEqual([failed?.state, failed?.reason?.code, failed?.priceMillis, failed?.receivedBytes], ['failed', code, 0, 0]);
    assert.equal((await page.balance()).available, 10_000, 'nothing is held any more');
  }
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
});

test('knowledge.upload K9: a file that changed since it was chosen is refused and costs nothing', async () => {
  const { page } = await openLibrary(api, { credits: 10 });
  const source = await addOne(page, fileItem('notes.txt', 'first words'));
  const reply = await upload(page, source.id, 'other words');
  assert.deepEqual([reply.status, codeOf(reply)], [409, 'knowledge.hash_differs']);
  assert.equal((await page.balance()).available, 10_000);
  const longer = await addOne(page, fileItem('longer.txt', 'short'));
  assert.deepEqual(codeOf(await tryPart(page, { sourceId: longer.id, offset: 0 }, 'much longer')), 'knowledge.too_large');
});

test('knowledge.upload A10: malware is kept from everybody, and nothing is charged for it', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const source = await addOne(page, fileItem('notes.txt', eicar));
  const reply = await upload(page, source.id, eicar);
  assert.deepEqual([reply.status, reply.body.state, reply.body.reason?.code], [200, 'quarantined', 'knowledge.quarantined']);
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  await page.call('knowledge.retry', { sourceId: source.id });
  await untilState(page, source.id, 'quarantined');
  await comesTo(async () => (await page.balance()).available, 10_000, 'as often as it is looked at');
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: source.id }), { removed: true });
});

test('knowledge.retry K6 K10: five of twenty fail, exactly five are given back, linked to their charges; each is tried again and paid once', async () => {
  const { agency, page } = await openLibrary(api, { credits: 20 });
  const items = Array.from({ length: 20 }, (_, at) => textItem(at % 4 === 0 ? `corrupt ${at}` : `Text ${at}`));
  const sources = await add(page, items);
  const all = await until(async () => {
    const listed = (await page.call('knowledge.list', {})).sources;
    return listed.every(({ state }) => state === 'ready' || state === 'failed') && listed;
  }, 'all twenty');
  const failed = all.filter(({ state }) => state === 'failed');
  assert.deepEqual([sources.length, failed.length], [20, 5]);
  assert.ok(failed.every(({ reason, priceMillis }) => reason?.code === 'knowledge.processing_failed' && priceMillis === 0));
  assert.equal((await page.balance()).available, 5_000);
  for (const { id, orderId } of all) {
    const order = await page.call('orders.read', { orderId: orderId ?? '' });
    assert.equal(order.state, failed.some((one) => one.id === id) ? 'refunded' : 'done');
  }
  const before = await agency.call('credits.statement', { clientId: page.clientId, limit: 100 });
  assert.equal(before.entries.filter(({ kind }) => kind === 'order.refund').length, 5);
});

test('knowledge.retry K6: what failed at the provider succeeds the second time, for one charge in all', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  sandbox.retell.failNext();
  const content = pdf('retry');
  const source = await addOne(page, fileItem('Guide.pdf', content));
  await upload(page, source.id, content);
  await untilState(page, source.id, 'failed');
  assert.equal((await page.balance()).available, 10_000);
  const again = await page.call('knowledge.retry', { sourceId: source.id });
  assert.notEqual(again.state, 'failed');
  const ready = await untilState(page, source.id, 'ready');
  assert.deepEqual([ready.reason, ready.priceMillis], [null, 2_000]);
  assert.deepEqual([(await page.balance()).available, (await page.balance()).used], [8_000, 2_000]);
  assert.equal(sandbox.retell.bases(apiKey).length, 1, 'the failed one is gone');
  assert.equal(codeOf(await page.try('knowledge.retry', { sourceId: source.id })), 'source.not_failed');
});

test('knowledge.remove K12 K3: a source is deleted here and at the provider, and one that is uploading costs nothing', async () => {
  const { page, apiKey } = await openLibrary(api, { credits: 10 });
  const text = await addOne(page, textItem('Hours'));
  const file = await addOne(page, fileItem('Guide.pdf', pdf()));
  await untilState(page, text.id, 'ready');
  assert.equal((await page.balance()).available, 7_000);
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: file.id }), { removed: true });
  assert.equal((await page.balance()).available, 9_000, 'what was set aside is back');
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: text.id }), { removed: true });
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  const { sources, count, storageBytes } = await page.call('knowledge.list', {});
  assert.deepEqual([sources, count.used, storageBytes.used], [[], 0, 0]);
  assert.equal((await page.balance()).available, 9_000, 'what was delivered stays paid');
  assert.equal(codeOf(await page.try('knowledge.remove', { sourceId: text.id })), 'source.not_found');
  assert.equal((await addOne(page, textItem('Hours'))).state, 'processing', 'it can be added anew');
});
