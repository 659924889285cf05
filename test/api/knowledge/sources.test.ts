import assert from 'node:assert/strict';
import test from 'node:test';
import { PART_BYTES_MAX } from '../../../api/contract/knowledge/knowledge.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { comesTo, until } from '../../support/until.ts';
import { docx, pdf } from './archives.ts';
import {
  addSource,
  addSources,
  fileItem,
  findSource,
  hashOf,
  openVoiceClient,
  sendPart,
  textItem,
  untilState,
  uploadFile,
} from './voice-client.ts';

const api = await startApi();
const { sandbox } = api;

test('knowledge.add K1 K2: a file and a text become ready, are listed with type, size and date, and paid once', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const content = pdf();
  const [file, text] = await addSources(page, [fileItem('Guide.pdf', content), textItem('Opening hours', 'From 9 to 5')]);
  assert.ok(file && text);
  assert.deepEqual(
    { file: file.state, receivedBytes: file.receivedBytes, text: text.state },
    { file: 'uploading', receivedBytes: 0, text: 'processing' },
  );
  const held = await page.balance();
  assert.equal(held.available, 7_000, 'both are set aside');
  const sent = await uploadFile(page, file.id, content);
  assert.equal(sent.status, 200);
  const [ready] = await Promise.all([untilState(page, file.id, 'ready'), untilState(page, text.id, 'ready')]);
  assert.deepEqual(
    {
      type: ready.type,
      bytes: ready.bytes,
      receivedBytes: ready.receivedBytes,
      priceMillis: ready.priceMillis,
      reason: ready.reason,
      kind: ready.kind,
    },
    { type: 'pdf', bytes: content.length, receivedBytes: content.length, priceMillis: 2_000, reason: null, kind: 'file' },
  );
  assert.equal((await findSource(page, text.id))?.type, 'txt');
  assert.ok(Date.parse(ready.addedAt) > 0);
  assert.deepEqual({ available: (await page.balance()).available, used: (await page.balance()).used }, { available: 7_000, used: 3_000 });
  const bases = sandbox.retell.bases(apiKey);
  assert.equal(bases.length, 2, 'one base for each');
  const hashes = bases.flatMap(({ sources }) => sources.flatMap((one) => (one.type === 'document' ? [one.sha256] : [])));
  assert.deepEqual(hashes, [hashOf(content)], 'the provider has the very bytes');
});

test('knowledge.add K2: without enough credits nothing is stored, and after a top-up the upload succeeds', async () => {
  const { agency, page, apiKey } = await openVoiceClient(api, { credits: 1 });
  const items = [fileItem('Guide.pdf', pdf())];
  const quote = await page.call('knowledge.quote', { items });
  assert.deepEqual(
    { totalMillis: quote.totalMillis, shortMillis: quote.shortMillis, totalCents: quote.totalCents, currency: quote.currency },
    { totalMillis: 2_000, shortMillis: 1_000, totalCents: 80, currency: 'EUR' },
  );
  const refused = await page.try('knowledge.add', { items, totalMillis: 2_000 });
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 402, code: 'credits.insufficient' });
  const empty = await page.call('knowledge.list', {});
  assert.deepEqual(
    { sources: empty.sources, count: empty.count.used, bytes: empty.storageBytes.used },
    { sources: [], count: 0, bytes: 0 },
  );
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  await agency.allocate(page.clientId, 1_000);
  const source = await addSource(page, items[0] ?? assert.fail());
  await uploadFile(page, source.id, pdf());
  await untilState(page, source.id, 'ready');
  assert.equal((await page.balance()).available, 0);
});

test('knowledge.upload K9: a part can be resent, a misplaced one says the next offset, and an upload resumes there', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const content = Buffer.from('word '.repeat(500_000)); // 2.5 MB: three parts
  const source = await addSource(page, fileItem('Long.txt', content));
  const part = (n: number) => content.subarray(n * PART_BYTES_MAX, (n + 1) * PART_BYTES_MAX);
  const at = (n: number) => ({ sourceId: source.id, offset: n * PART_BYTES_MAX });
  assert.equal((await sendPart(page, at(0), part(0))).body.receivedBytes, PART_BYTES_MAX);
  assert.equal((await sendPart(page, at(0), part(0))).body.receivedBytes, PART_BYTES_MAX);
  const misplaced = await sendPart(page, at(2), part(2));
  assert.deepEqual({ status: misplaced.status, code: codeOf(misplaced) }, { status: 409, code: 'knowledge.part_misplaced' });
  assert.match(JSON.stringify(misplaced.body), new RegExp(`byte ${PART_BYTES_MAX}`));
  const known = await findSource(page, source.id);
  const rest = await uploadFile(page, source.id, content, known?.receivedBytes);
  assert.deepEqual({ status: rest.status, receivedBytes: rest.body.receivedBytes }, { status: 200, receivedBytes: content.length });
  assert.equal((await sendPart(page, at(2), part(2))).status, 200, 'the last part again');
  await untilState(page, source.id, 'ready');
});

test('knowledge.add K4: a program, a file of 21 MB and 21 files at once are refused before anything is stored', async () => {
  const { page } = await openVoiceClient(api, { credits: 100 });
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
  assert.deepEqual({ sources, used: count.used }, { sources: [], used: 0 });
});

test('knowledge.upload K4 A10: a file of another type than declared is refused at its last part, free and not kept', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const cases: [string, Buffer, string, number][] = [
    ['program.pdf', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]), 'knowledge.type_refused', 415],
    ['page.txt', Buffer.from('<html><script>alert(1)</script>'), 'knowledge.type_refused', 415],
    ['bomb.docx', docx([{ name: 'word/a.xml', content: Buffer.alloc(8 * 1024 * 1024) }]), 'knowledge.archive_refused', 422],
  ];
  for (const [name, content, code, status] of cases) {
    const source = await addSource(page, fileItem(name, content));
    const reply = await uploadFile(page, source.id, content);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status, code }, name);
    const failed = await findSource(page, source.id);
    assert.deepEqual(
      { state: failed?.state, code: failed?.reason?.code, priceMillis: failed?.priceMillis, receivedBytes: failed?.receivedBytes },
      { state: 'failed', code, priceMillis: 0, receivedBytes: 0 },
    );
    assert.equal((await page.balance()).available, 10_000, 'nothing is held any more');
  }
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
});

test('knowledge.upload K9: a file changed since it was chosen is refused and costs nothing', async () => {
  const { page } = await openVoiceClient(api, { credits: 10 });
  const source = await addSource(page, fileItem('notes.txt', 'first words'));
  const reply = await uploadFile(page, source.id, 'other words');
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'knowledge.hash_differs' });
  assert.equal((await page.balance()).available, 10_000);
  const longer = await addSource(page, fileItem('longer.txt', 'short'));
  assert.deepEqual(codeOf(await sendPart(page, { sourceId: longer.id, offset: 0 }, 'much longer')), 'knowledge.too_large');
});

test('knowledge.upload A10: malware is quarantined and free', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const source = await addSource(page, fileItem('notes.txt', eicar));
  const reply = await uploadFile(page, source.id, eicar);
  assert.deepEqual(
    { status: reply.status, state: reply.body.state, code: reply.body.reason?.code },
    { status: 200, state: 'quarantined', code: 'knowledge.quarantined' },
  );
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  await page.call('knowledge.retry', { sourceId: source.id });
  await untilState(page, source.id, 'quarantined');
  await comesTo(async () => (await page.balance()).available, 10_000, 'as often as it is looked at');
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: source.id }), { removed: true });
});

test('knowledge.retry K6: without enough credits for a retry the source and its reason stay the same', async () => {
  const { agency, page } = await openVoiceClient(api, { credits: 2 });
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const kept = await addSource(page, fileItem('notes.txt', eicar));
  await uploadFile(page, kept.id, eicar);
  const failed = await addSource(page, fileItem('page.txt', '<html><script>'));
  await uploadFile(page, failed.id, '<html><script>');
  await addSources(page, [textItem('A'), textItem('B')]);
  for (const { id, state, reason } of [
    { id: kept.id, state: 'quarantined', reason: 'knowledge.quarantined' },
    { id: failed.id, state: 'failed', reason: 'knowledge.type_refused' },
  ]) {
    const refused = await page.try('knowledge.retry', { sourceId: id });
    assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 402, code: 'credits.insufficient' });
    const source = await findSource(page, id);
    assert.deepEqual({ state: source?.state, reason: source?.reason?.code }, { state, reason });
  }
  await agency.allocate(page.clientId, 2_000);
  assert.equal((await page.call('knowledge.retry', { sourceId: failed.id })).state, 'uploading');
});

test('knowledge.retry K6 K10: five of twenty fail, and exactly five are refunded, linked to their charges', async () => {
  const { agency, page } = await openVoiceClient(api, { credits: 20 });
  const items = Array.from({ length: 20 }, (_, at) => textItem(at % 4 === 0 ? `corrupt ${at}` : `Text ${at}`));
  const sources = await addSources(page, items);
  const all = await until(async () => {
    const listed = (await page.call('knowledge.list', {})).sources;
    return listed.every(({ state }) => state === 'ready' || state === 'failed') && listed;
  }, 'all twenty');
  const failed = all.filter(({ state }) => state === 'failed');
  assert.deepEqual({ sources: sources.length, failed: failed.length }, { sources: 20, failed: 5 });
  assert.ok(failed.every(({ reason, priceMillis }) => reason?.code === 'knowledge.processing_failed' && priceMillis === 0));
  assert.equal((await page.balance()).available, 5_000);
  for (const { id, orderId } of all) {
    const order = await page.call('orders.read', { orderId: orderId ?? '' });
    assert.equal(order.state, failed.some((one) => one.id === id) ? 'refunded' : 'done');
  }
  const before = await agency.call('credits.statement', { clientId: page.clientId, limit: 100 });
  assert.equal(before.entries.filter(({ kind }) => kind === 'order.refund').length, 5);
});

test('knowledge.retry K6: a source that failed at the provider succeeds when retried, for one charge in all', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  sandbox.retell.failNext();
  const content = pdf('retry');
  const source = await addSource(page, fileItem('Guide.pdf', content));
  await uploadFile(page, source.id, content);
  await untilState(page, source.id, 'failed');
  assert.equal((await page.balance()).available, 10_000);
  const again = await page.call('knowledge.retry', { sourceId: source.id });
  assert.notEqual(again.state, 'failed');
  const ready = await untilState(page, source.id, 'ready');
  assert.deepEqual({ reason: ready.reason, priceMillis: ready.priceMillis }, { reason: null, priceMillis: 2_000 });
  assert.deepEqual({ available: (await page.balance()).available, used: (await page.balance()).used }, { available: 8_000, used: 2_000 });
  assert.equal(sandbox.retell.bases(apiKey).length, 1, 'the failed one is gone');
  assert.equal(codeOf(await page.try('knowledge.retry', { sourceId: source.id })), 'source.not_failed');
});

test('knowledge.remove K12 K3: a source is deleted here and at the provider, and one still uploading costs nothing', async () => {
  const { page, apiKey } = await openVoiceClient(api, { credits: 10 });
  const text = await addSource(page, textItem('Hours'));
  const file = await addSource(page, fileItem('Guide.pdf', pdf()));
  await untilState(page, text.id, 'ready');
  assert.equal((await page.balance()).available, 7_000);
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: file.id }), { removed: true });
  assert.equal((await page.balance()).available, 9_000, 'what was set aside is back');
  assert.deepEqual(await page.call('knowledge.remove', { sourceId: text.id }), { removed: true });
  assert.equal(sandbox.retell.bases(apiKey).length, 0);
  const { sources, count, storageBytes } = await page.call('knowledge.list', {});
  assert.deepEqual({ sources, count: count.used, bytes: storageBytes.used }, { sources: [], count: 0, bytes: 0 });
  assert.equal((await page.balance()).available, 9_000, 'what was delivered stays paid');
  assert.equal(codeOf(await page.try('knowledge.remove', { sourceId: text.id })), 'source.not_found');
  assert.equal((await addSource(page, textItem('Hours'))).state, 'processing', 'it can be added anew');
});
