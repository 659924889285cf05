import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import Stripe from 'stripe';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { textsOf } from '../../support/pdf.ts';
import { until } from '../../support/until.ts';

const { createAgency, sandbox, deps } = await startApi();

/** Buys 100 credits for 40.00 EUR. */
async function buy(page: Page): Promise<{ purchaseId: string; sessionId: string }> {
  const { packages } = await page.call('credits.packages', {});
  const { purchaseId, sessionId } = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
  sandbox.stripe.pay(sessionId);
  assert.equal((await page.call('purchases.read', { purchaseId })).state, 'paid');
  return { purchaseId, sessionId };
}

async function refund({ stripeSecret }: Agency, sessionId: string, amount: number): Promise<void> {
  const { hostname, port } = new URL(sandbox.url);
  const stripe = new Stripe(stripeSecret, { host: hostname, port, protocol: 'http', telemetry: false });
  const { payment_intent } = await stripe.checkout.sessions.retrieve(sessionId);
  await stripe.refunds.create({ payment_intent: String(payment_intent), amount });
}

/** Reads the texts of a receipt in their order. */
const textOf = (pdf: string): string[] => textsOf(Buffer.from(pdf, 'base64')).map(({ text }) => text);

async function client(agency: Agency): Promise<Page> {
  const page = await agency.openPage();
  await page.enter();
  return page;
}

test('receipts.read P14 MT23: it bears the agency with address and VAT id, the buyer, the price and what went back', async () => {
  const agency = await createAgency();
  const receipts = { address: 'Deich 1\n24103 Kiel', vatId: 'DE 123' };
  await agency.call('agency.update', { receipts, signUp: { fields: ['company'] } });
  const page = await client(agency);
  await page.call('accounts.update', { profile: { company: 'Meyer (Süd) & Söhne' } });
  const { purchaseId, sessionId } = await buy(page);
  const first = await page.call('receipts.read', { purchaseId });
  const lines = textOf(first.pdf);
  for (const line of ['Deich 1', '24103 Kiel', 'VAT ID: DE 123', 'Meyer (Süd) & Söhne', page.email, '€40.00', first.number, 'Paid'])
    assert.ok(lines.includes(line), `${line} is missing in ${lines.join(' | ')}`);
  assert.ok(!lines.includes('Returned'));
  assert.match(first.number, /^TEST-\d{6}$/);
  await refund(agency, sessionId, 1500);
  await until(async () => (await page.call('purchases.read', { purchaseId })).state === 'part_refunded', 'the refund');
  await agency.call('agency.update', { receipts: { address: 'Elsewhere', vatId: null } });
  const second = await page.call('receipts.read', { purchaseId });
  const after = textOf(second.pdf);
  assert.equal(second.number, first.number);
  for (const line of ['Deich 1', 'VAT ID: DE 123', '-€15.00', '€25.00']) assert.ok(after.includes(line), `${line} in ${after.join(' | ')}`);
  const { purchases } = await page.call('purchases.list', {});
  const [{ createdAt: _, ...listed } = assert.fail('nothing is listed')] = purchases;
  assert.deepEqual(listed, {
    ...{ purchaseId, name: '100 credits', credits: 100_000, priceCents: 4000, returnedCents: 1500, currency: 'EUR' },
    ...{ state: 'part_refunded', receipt: true },
  });
  assert.deepEqual(await agency.call('purchases.list', { clientId: page.clientId }), { purchases, next: null });
});

test('purchases.list MT10: a package with a name of its own is listed with its number of credits', async () => {
  const packages = [{ name: 'Steady', creditsMillis: 300_000, priceCents: 9900, currency: 'EUR' as const }];
  const page = await client(await createAgency({ packages }));
  await buy(page);
  const { purchases } = await page.call('purchases.list', {});
  assert.deepEqual(
    purchases.map(({ name }) => name),
    ['Steady · 300 credits'],
  );
});

/** Reads the amounts of a receipt by their labels. A label that comes again has those of both. */
async function amountsOf(page: Page, purchaseId: string): Promise<Record<string, string[]>> {
  const lines = textsOf(Buffer.from((await page.call('receipts.read', { purchaseId })).pdf, 'base64'));
  const amounts: Record<string, string[]> = {};
  for (const { text, x, y } of lines) {
    const amount = lines.find((other) => other.y === y && other.x > x && /^-?€\d/.test(other.text));
    if (amount) amounts[text] = [...(amounts[text] ?? []), amount.text];
  }
  return amounts;
}

test('receipts.read P14: with a rate of VAT it shows net, VAT and gross, also of what is left after returns', async () => {
  const agency = await createAgency();
  await agency.call('agency.update', { receipts: { vatBasisPoints: 1900 } });
  const page = await client(agency);
  const { purchaseId, sessionId } = await buy(page);
  const paid = { '100 credits': ['€40.00'], Net: ['€33.61'], 'VAT (19%)': ['€6.39'], Paid: ['€40.00'] };
  assert.deepEqual(await amountsOf(page, purchaseId), paid);
  await refund(agency, sessionId, 1500);
  await until(async () => (await page.call('purchases.read', { purchaseId })).state === 'part_refunded', 'the refund');
  await agency.call('agency.update', { receipts: { vatBasisPoints: 700 } });
  assert.deepEqual(await amountsOf(page, purchaseId), {
    ...paid,
    ...{ Net: ['€33.61', '€21.01'], 'VAT (19%)': ['€6.39', '€3.99'], Returned: ['-€15.00'], 'Total after returns': ['€25.00'] },
  });
});

test('receipts.read P14: settings and receipts of before the rate of VAT name none', async () => {
  const agency = await createAgency();
  const forget = async (collection: string, filter: object, field: string) => {
    const { modifiedCount } = await mongoose.connection.collection(collection).updateOne(filter, { $unset: { [field]: '' } });
    assert.equal(modifiedCount, 1, field);
  };
  await forget('agencies', { _id: agency.id }, 'settings.test.receipts.vatBasisPoints');
  deps.directory.forget();
  assert.deepEqual((await agency.call('agency.read', {})).receipts, { address: null, vatId: null, vatBasisPoints: null });
  const page = await client(agency);
  const { purchaseId } = await buy(page);
  const plain = { '100 credits': ['€40.00'], Paid: ['€40.00'] };
  assert.deepEqual(await amountsOf(page, purchaseId), plain);
  await forget('receipts', { agencyId: agency.id }, 'seller.vatBasisPoints');
  await agency.call('agency.update', { receipts: { vatBasisPoints: 1900 } });
  assert.deepEqual(await amountsOf(page, purchaseId), plain);
});

test('receipts.read P14: numbers have no gap and no double, however many are issued at once', async () => {
  const agency = await createAgency();
  const page = await client(agency);
  const bought = [];
  for (let count = 1; count <= 6; count += 1) bought.push(await buy(page));
  const read = ({ purchaseId }: { purchaseId: string }) => page.call('receipts.read', { purchaseId });
  const issued = await Promise.all([...bought, ...bought].map(read));
  const numbers = issued.map(({ number }) => number);
  assert.deepEqual(numbers.slice(0, 6), numbers.slice(6));
  assert.deepEqual(
    [...new Set(numbers)].sort(),
    [1, 2, 3, 4, 5, 6].map((seq) => `TEST-00000${seq}`),
  );
  const mail = await sandbox.mail.waitForMail(page.email, ({ subject }) => subject.includes('receipt'));
  assert.match(mail.text, /Receipt: TEST-00000\d/);
});

test('receipts.read P14 T2: nobody else reads it, and what is not paid has none', async () => {
  const agency = await createAgency();
  const [page, sibling, stranger] = [await client(agency), await client(agency), await createAgency({ stripe: false })];
  const { purchaseId } = await buy(page);
  for (const reply of [await sibling.try('receipts.read', { purchaseId }), await stranger.try('receipts.read', { purchaseId })])
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 404, code: 'purchase.not_found' });
  assert.deepEqual(await sibling.call('purchases.list', {}), { purchases: [], next: null });
  assert.equal((await agency.call('receipts.read', { purchaseId })).number, (await page.call('receipts.read', { purchaseId })).number);
  const { packages } = await page.call('credits.packages', {});
  const open = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
  const reply = await page.try('receipts.read', { purchaseId: open.purchaseId });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'receipt.not_paid' });
});

test('purchases.list P14: pages of twenty leave none out', async () => {
  const agency = await createAgency();
  const page = await client(agency);
  const { packages } = await page.call('credits.packages', {});
  const made = new Set<string>();
  for (let count = 1; count <= 23; count += 1)
    made.add((await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl })).purchaseId);
  const first = await page.call('purchases.list', {});
  const second = await page.call('purchases.list', { before: first.next ?? '' });
  assert.deepEqual(
    { first: first.purchases.length, second: second.purchases.length, next: second.next },
    { first: 20, second: 3, next: null },
  );
  assert.deepEqual(new Set([...first.purchases, ...second.purchases].map(({ purchaseId }) => purchaseId)), made);
});
