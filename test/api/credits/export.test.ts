import assert from 'node:assert/strict';
import test from 'node:test';
import type { Output } from '../../../api/contract/index.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { textsOf } from '../../support/pdf.ts';
import { until } from '../../support/until.ts';
import { newKey, openClient, openNumberShop, reserve } from '../numbers/shop.ts';

const api = await startApi();

const textOf = ({ file }: Output<'credits.export'>): string => Buffer.from(file, 'base64').toString('utf8');

/** Reads the rows of a CSV file by their columns. */
function rowsOf(csv: string): Record<string, string>[] {
  assert.ok(csv.startsWith('\ufeff'));
  const [heads = [], ...rows] = csv
    .slice(1)
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)])
    .map((cells) => cells.map(([, text, plain]) => text?.replaceAll('""', '"') ?? plain ?? ''));
  return rows.map((cells) => Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? ''])));
}

/** Adds decimals up in thousandths. */
const millisIn = (decimals: readonly string[]): number =>
  decimals.reduce((sum, decimal) => sum + Math.round(Number(decimal || '0') * 1000), 0);

/** Reads the texts of a PDF in their order. */
const linesOf = ({ file }: Output<'credits.export'>): string[] => textsOf(Buffer.from(file, 'base64')).map(({ text }) => text);

async function openShop() {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { clientId } = page;
  await agency.live.call('agency.update', { brand: { companyName: 'Nordwind' } });
  await agency.call('agency.update', { receipts: { address: 'Deich 1\n24103 Kiel', vatId: 'DE 123' } });
  await agency.allocate(clientId, 20_000, 'Invoice "7", paid');
  const { reservationId } = await reserve(page);
  const { orderId } = await page.call('numbers.buy', { reservationId, pay: 'credits' }, newKey());
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the end of the order');
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 61, number: '+1 415 555 9804', agentName: 'Anna' });
  await agency.call('calls.start', { clientId, callId: 'call-2', seconds: 60 });
  await agency.call('calls.cancel', { clientId, callId: 'call-2' });
  return { agency, page, clientId };
}

test('credits.export C18: opening balance and rows add up to the closing one, and what cost nothing is left out', async () => {
  const { agency, page, clientId } = await openShop();
  const { available } = await page.balance();
  const exported = await page.call('credits.export', { format: 'csv' });
  const rows = rowsOf(textOf(exported));
  assert.deepEqual(
    rows.map(({ kind, name, credits, balance }) => ({ kind, name: name?.replace(/^(Phone number \+1) .*/, '$1'), credits, balance })),
    [
      { kind: 'opening', name: 'Opening balance', credits: '', balance: '0.000' },
      { kind: 'given', name: 'Invoice "7", paid', credits: '20.000', balance: '' },
      { kind: 'number', name: 'Phone number +1', credits: '-5.000', balance: '' },
      { kind: 'call', name: 'Call with Anna, +1 415 555 9804, 1 min 1 s', credits: '-1.017', balance: '' },
      { kind: 'closing', name: 'Closing balance', credits: '', balance: '13.983' },
    ],
  );
  const moved = millisIn(rows.map(({ credits = '' }) => credits));
  assert.equal(moved, available);
  const { openingMillis, closingMillis, type, fileName, rows: count } = exported;
  assert.deepEqual(
    { openingMillis, closingMillis, type, count },
    { openingMillis: 0, closingMillis: available, type: 'text/csv', count: 3 },
  );
  assert.match(fileName, /^statement-[\w-]+\.csv$/);
  const asAgency = await agency.call('credits.export', { clientId, format: 'csv' });
  assert.equal(textOf(asAgency).split('\r\n')[2], textOf(exported).split('\r\n')[2]);
});

test('credits.export C18: it closes with the entry and hash of the statement, and a time of nothing is empty', async () => {
  const { page } = await openShop();
  const { entries } = await page.call('credits.statement', { limit: 1 });
  const { seq, hash } = await page.call('credits.export', { format: 'pdf' });
  assert.deepEqual({ seq, hash }, { seq: entries[0]?.seq, hash: entries[0]?.hash });
  const before = await page.call('credits.export', { format: 'csv', from: '2020-01-01', to: '2020-01-31' });
  const { rows, openingMillis, closingMillis } = before;
  assert.deepEqual({ rows, openingMillis, closingMillis, hash: before.hash }, { rows: 0, openingMillis: 0, closingMillis: 0, hash: null });
  const backwards = await page.try('credits.export', { format: 'csv', from: '2026-02-01', to: '2026-01-31' });
  assert.deepEqual({ status: backwards.status, code: codeOf(backwards) }, { status: 422, code: 'input.invalid' });
});

test('credits.export C18: a text that a spreadsheet would run as a formula is a text', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const texts = ['=HYPERLINK("https://evil.example","x")', '+1', '-1+1', '@SUM(1)', '＝1+1', 'plain, with "quotes"'];
  for (const text of texts) await agency.allocate(page.clientId, 1000, text);
  const csv = textOf(await page.call('credits.export', { format: 'csv' }));
  assert.deepEqual(
    rowsOf(csv)
      .filter(({ kind }) => kind === 'given')
      .map(({ name }) => name),
    texts.map((text) => (text.startsWith('plain') ? text : `'${text}`)),
  );
  assert.doesNotMatch(csv, /(?:^|,|")[=+@＝]/m);
});

test("credits.export C18: the PDF bears the agency, the client, the time and both balances, in the agency's name", async () => {
  const { agency, page } = await openShop();
  const today = new Date().toISOString().slice(0, 10);
  const lines = linesOf(await page.call('credits.export', { format: 'pdf', from: '2026-01-01', to: today }));
  const { available } = await page.balance();
  for (const line of [
    'Nordwind',
    'Deich 1',
    'VAT ID: DE 123',
    page.email,
    'Invoice "7", paid',
    '+20',
    '-1.017',
    'Test mode: no money moved.',
  ])
    assert.ok(lines.includes(line), `${line} is missing in ${lines.join(' | ')}`);
  assert.deepEqual(lines.slice(lines.indexOf('Closing balance')).slice(0, 2), ['Closing balance', String(available / 1000)]);
  assert.ok(lines.includes('Nordwind · Statement · Page 1 of 1'), lines.join(' | '));
  for (let count = 0; count < 60; count += 1) await agency.allocate(page.clientId, 1000, `Gift ${count}`);
  const long = await page.call('credits.export', { format: 'pdf' });
  const pages = linesOf(long).filter((line) => line.includes('· Page '));
  assert.deepEqual(pages, ['Nordwind · Statement · Page 1 of 2', 'Nordwind · Statement · Page 2 of 2']);
});

test('credits.export C18 T2: nobody else reads it', async () => {
  const agency = await api.createAgency({ stripe: false });
  const [page, sibling] = [await openClient(agency, 1000), await openClient(agency, 0)];
  const { clientId } = page;
  const stranger = await api.createAgency({ stripe: false });
  for (const reply of [
    await stranger.try('credits.export', { clientId, format: 'csv' }),
    await sibling.try('credits.export', { clientId, format: 'csv' }),
  ])
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 404, code: 'client.not_found' });
  assert.equal((await sibling.call('credits.export', { format: 'csv' })).rows, 0);
});
