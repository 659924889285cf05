import type { Output } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { nameOfSold } from '../../contract/sentences.ts';
import { readReturns } from '../../ledger/transfers/returns.ts';
import { type Agency, inMode } from '../../models/agency.ts';
import { type Client, readClient, scopeOf } from '../../models/client.ts';
import { isCredited, listPurchases, type Purchase, readPurchase } from '../../models/purchase.ts';
import { insertReceipt, type Receipt } from '../../models/receipt.ts';
import { type AgencyScope, type ClientScope, modeOf } from '../../models/scope.ts';
import type { AgencyAccess, Deps, Log } from '../../ports/index.ts';
import { formatCredits, formatMoney } from '../../rules/money.ts';
import { requireClient } from '../accounts/clients.ts';
import { brandOf } from '../directory/brand.ts';
import { type PdfLine, writePdf } from './pdf.ts';

/** Purchases of one page of the list. */
const PAGE = 20;
/** The language of all receipts, as of all mails. */
const LANGUAGE = 'en';

/** Lists what a client has bought, with what went back. Refuses with `purchase.not_found` if `before` is none of its purchases. */
export async function showPurchases(access: AgencyAccess, clientId: string, before?: string): Promise<Output<'purchases.list'>> {
  const scope = scopeOf(await requireClient(access.scope, clientId));
  const last = before === undefined ? undefined : ((await readPurchase(scope, before)) ?? refuse('purchase.not_found'));
  const found = await listPurchases(scope, { before: last, limit: PAGE });
  const purchases = await Promise.all(
    found.map(async (purchase) => ({
      purchaseId: purchase._id,
      name: nameOfSold(purchase),
      credits: purchase.credits,
      priceCents: purchase.priceCents,
      returnedCents: await returnedCents(purchase),
      currency: purchase.currency,
      state: purchase.state,
      createdAt: purchase.createdAt.toISOString(),
      receipt: isCredited(purchase),
    })),
  );
  return { purchases, next: found.length === PAGE ? (found.at(-1)?._id ?? null) : null };
}

/** Returns how much of a price went back. Refunds and lost disputes together may exceed it, and count up to the price. */
async function returnedCents(purchase: Purchase): Promise<number> {
  if (!isCredited(purchase) || purchase.state === 'paid') return 0;
  const { refundedCents, lostCents } = await readReturns(purchase, purchase._id);
  return Math.min(refundedCents + lostCents, purchase.priceCents);
}

/** Writes the receipt of a paid purchase. The first time, it gets its number. Refuses with `receipt.not_paid`. */
export async function readReceipt(
  { agency }: AgencyAccess,
  scope: AgencyScope | ClientScope,
  purchaseId: string,
  deps: Pick<Deps, 'now' | 'log'>,
): Promise<Output<'receipts.read'>> {
  const purchase = (await readPurchase(scope, purchaseId)) ?? refuse('purchase.not_found');
  if (!isCredited(purchase)) refuse('receipt.not_paid');
  const receipt = await issueReceipt(agency, purchase, deps.now(), deps.log);
  const number = receiptNumberOf(receipt);
  const client = await readClient(scope, purchase.clientId);
  const lines = linesOf({ receipt, purchase, client, returned: await returnedCents(purchase) });
  const pdf = writePdf(`Receipt ${number}`, lines).toString('base64');
  return { number, issuedAt: receipt.issuedAt.toISOString(), fileName: `receipt-${number}.pdf`, pdf };
}

/** Gives a paid purchase its receipt, in the name of the agency as it is now. Repeating it returns the first one. */
export function issueReceipt(agency: Agency, purchase: Purchase, at: Date, log: Log): Promise<Receipt> {
  const { address, vatId } = inMode(agency, modeOf(purchase.world)).receipts;
  return insertReceipt(purchase, purchase._id, { seller: { name: brandOf(agency, log).companyName, address, vatId }, issuedAt: at });
}

/** Names a receipt: `000042`, and `TEST-000042` where no money moved. */
export const receiptNumberOf = ({ seq, world }: Pick<Receipt, 'seq' | 'world'>): string =>
  `${world === 'live' ? '' : 'TEST-'}${String(seq).padStart(6, '0')}`;

const formatDay = (at: Date): string => at.toLocaleDateString(LANGUAGE, { dateStyle: 'long', timeZone: 'UTC' });

interface Facts {
  receipt: Receipt;
  purchase: Purchase;
  /** Null, or without members, where the buyer is gone. */
  client: Client | null;
  /** Minor units. */
  returned: number;
}

/** Lays out a receipt: the seller on top, then number and day, the buyer, what was bought, and what was paid. */
function linesOf({ receipt, purchase, client, returned }: Facts): PdfLine[] {
  const { seller, issuedAt } = receipt;
  const { priceCents, currency, credits, orderId } = purchase;
  const money = (cents: number) => formatMoney(cents, currency, LANGUAGE);
  const lines: PdfLine[] = [];
  let y = 64;
  const write = (text: string, { size = 10, x = 56, ...more }: Partial<PdfLine> = {}) => lines.push({ text, x, y, size, ...more });
  const below = (texts: readonly string[], gap = 14) => {
    for (const text of texts) {
      write(text);
      y += gap;
    }
  };
  const pair = (label: string, value: string, more: Partial<PdfLine> = {}) => {
    write(label, more);
    write(value, { ...more, x: 400 });
    y += 18;
  };

  write('Receipt', { size: 22, bold: true });
  y += 34;
  write(seller.name, { bold: true });
  y += 14;
  below([...(seller.address?.split('\n') ?? []), ...(seller.vatId === null ? [] : [`VAT ID: ${seller.vatId}`])].flatMap(wrap));
  y += 16;
  pair('Receipt number', receiptNumberOf(receipt));
  pair('Issued on', formatDay(issuedAt));
  pair('Ordered on', formatDay(purchase.createdAt));
  pair('Purchase', purchase._id);
  y += 8;
  write('Billed to', { bold: true });
  y += 14;
  below(buyerOf(client).flatMap(wrap));
  y += 20;
  pair('Item', 'Amount', { bold: true });
  const [first = '', ...more] = wrap(nameOfSold(purchase));
  pair(first, money(priceCents));
  below(more);
  const bought = `${formatCredits(credits, LANGUAGE)} credits`;
  if (orderId === undefined && !nameOfSold(purchase).includes(bought)) below([bought]);
  y += 12;
  pair('Paid', money(priceCents), { bold: true });
  if (returned > 0) {
    pair('Returned', money(-returned));
    pair('Total after returns', money(priceCents - returned), { bold: true });
  }
  if (receipt.world !== 'live') below(['', 'Test mode: no money moved.']);
  return lines;
}

/** Returns who bought, as the account says it now. */
function buyerOf(client: Client | null): string[] {
  const [member] = client?.members ?? [];
  if (!client || !member) return ['The account was deleted.'];
  const { company, addressLine1, addressLine2, postalCode, city, region, country } = client.profile;
  const place = [postalCode, city].filter(Boolean).join(' ');
  const parts = [company, `${member.firstName} ${member.lastName}`, addressLine1, addressLine2, place, region, country, member.email];
  return parts.filter((part): part is string => part !== undefined && part !== '');
}

/** Breaks a text into lines of at most 60 characters, at blanks where it has some. */
const wrap = (text: string): string[] => text.match(/.{1,60}(?:\s|$)|.{1,60}/gu)?.map((part) => part.trim()) ?? [''];
