import type { Output } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { nameOfSold, titleOfSold } from '../../contract/sentences.ts';
import { readReturns } from '../../ledger/transfers/returns.ts';
import { type Agency, inMode } from '../../models/agency.ts';
import { type Client, readClient, scopeOf } from '../../models/client.ts';
import { isCredited, listPurchases, type Purchase, readPurchase } from '../../models/purchase.ts';
import { insertReceipt, type Receipt, type Seller } from '../../models/receipt.ts';
import { type AgencyScope, type ClientScope, modeOf } from '../../models/scope.ts';
import type { AgencyAccess, Deps, Log } from '../../ports/index.ts';
import { formatCredits, formatMoney, formatRate, includedTaxCents } from '../../rules/money.ts';
import { requireKnownClient } from '../accounts/clients.ts';
import { brandOf } from '../directory/brand.ts';
import { type PdfLine, wrapText, writePdf } from './pdf.ts';

/** Purchases of one page of the list. */
const PAGE = 20;
/** The language of all receipts, as of all mails. */
const LANGUAGE = 'en';

/** Lists what a client has bought, with what went back. Refuses with `purchase.not_found` if `before` is none of its purchases. */
export async function showPurchases(access: AgencyAccess, clientId: string, before?: string): Promise<Output<'purchases.list'>> {
  const scope = scopeOf(await requireKnownClient(access.scope, clientId));
  const last = before === undefined ? undefined : ((await readPurchase(scope, before)) ?? refuse('purchase.not_found'));
  const found = await listPurchases(scope, { before: last, limit: PAGE });
  const purchases = await Promise.all(
    found.map(async (purchase) => ({
      purchaseId: purchase._id,
      name: titleOfSold(purchase),
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
  const lines = await linesOf({ receipt, purchase, client, returned: await returnedCents(purchase) });
  const pdf = await writePdf(`Receipt ${number}`, [lines]);
  return { number, issuedAt: receipt.issuedAt.toISOString(), fileName: `receipt-${number}.pdf`, pdf: pdf.toString('base64') };
}

/** Gives a paid purchase its receipt, in the name of the agency as it is now. Repeating it returns the first one. */
export function issueReceipt(agency: Agency, purchase: Purchase, at: Date, log: Log): Promise<Receipt> {
  const { receipts } = inMode(agency, modeOf(purchase.world));
  return insertReceipt(purchase, purchase._id, { seller: { name: brandOf(agency, log).companyName, ...receipts }, issuedAt: at });
}

/** Names a receipt: `000042`, and `TEST-000042` where no money moved. */
export const receiptNumberOf = ({ seq, world }: Pick<Receipt, 'seq' | 'world'>): string =>
  `${world === 'live' ? '' : 'TEST-'}${String(seq).padStart(6, '0')}`;

export const formatDay = (at: Date): string => at.toLocaleDateString(LANGUAGE, { dateStyle: 'long', timeZone: 'UTC' });

interface Facts {
  receipt: Receipt;
  purchase: Purchase;
  /** Null, or without members, where the buyer is gone. */
  client: Client | null;
  /** Minor units. */
  returned: number;
}

/** Points from the left: where texts begin, where the values of labels begin, and where amounts end. */
const [LEFT, VALUES, END] = [56, 300, 539];
/** How wide a text may be beside an amount, in points. */
const BESIDE = 380;

/** Lays out a receipt: the seller on top, then number and day, the buyer, what was bought, and what was paid. */
async function linesOf({ receipt, purchase, client, returned }: Facts): Promise<PdfLine[]> {
  const { seller, issuedAt } = receipt;
  const { priceCents, currency, credits, orderId } = purchase;
  const money = (cents: number) => formatMoney(cents, currency, LANGUAGE);
  const lines: PdfLine[] = [];
  let y = 64;
  const write = (text: string, { size = 10, x = LEFT, ...more }: Partial<PdfLine> = {}) => lines.push({ text, x, y, size, ...more });
  const below = async (texts: readonly string[], { width = END - LEFT, ...more }: Partial<PdfLine> & { width?: number } = {}) => {
    for (const text of texts)
      for (const line of await wrapText(text, { width, size: 10, ...more })) {
        write(line, more);
        y += 14;
      }
  };
  const pair = (label: string, value: string) => {
    write(label);
    write(value, { x: VALUES });
    y += 18;
  };
  const amount = { x: END, isFigure: true } as const;

  write('Receipt', { size: 22, bold: true });
  y += 34;
  await below([seller.name], { bold: true });
  await below([...(seller.address?.split('\n') ?? []), ...(seller.vatId === null ? [] : [`VAT ID: ${seller.vatId}`])]);
  y += 16;
  pair('Receipt number', receiptNumberOf(receipt));
  pair('Issued on', formatDay(issuedAt));
  pair('Ordered on', formatDay(purchase.createdAt));
  pair('Purchase', purchase._id);
  y += 8;
  await below(['Billed to'], { bold: true });
  await below(buyerOf(client));
  y += 20;
  write('Amount', { ...amount, bold: true });
  await below(['Item'], { bold: true });
  y += 4;
  write(money(priceCents), amount);
  await below([nameOfSold(purchase)], { width: BESIDE });
  const bought = `${formatCredits(credits, LANGUAGE)} credits`;
  if (orderId === undefined && !nameOfSold(purchase).includes(bought)) await below([bought]);
  y += 16;
  for (const { label, cents, isSum } of sumsOf(seller, priceCents, returned)) {
    const look = isSum ? { bold: true as const } : {};
    write(label, look);
    write(money(cents), { ...look, ...amount });
    y += 18;
  }
  if (receipt.world !== 'live') await below(['', 'Test mode: no money moved.']);
  return lines;
}

interface Sum {
  label: string;
  /** Minor units. */
  cents: number;
  isSum?: true;
}

/** Lists what was paid, what went back and what is left, each sum below its net price and VAT where the seller has a rate. */
function sumsOf({ vatBasisPoints: rate }: Seller, paidCents: number, returnedCents: number): Sum[] {
  const taxed = (label: string, cents: number): Sum[] => {
    const sum = { label, cents, isSum: true } as const;
    if (typeof rate !== 'number') return [sum];
    const tax = includedTaxCents(cents, rate);
    return [{ label: 'Net', cents: cents - tax }, { label: `VAT (${formatRate(rate, LANGUAGE)})`, cents: tax }, sum];
  };
  const left = [{ label: 'Returned', cents: -returnedCents }, ...taxed('Total after returns', paidCents - returnedCents)];
  return [...taxed('Paid', paidCents), ...(returnedCents > 0 ? left : [])];
}

/** Returns who bought, as the account says it now. */
export function buyerOf(client: Client | null): string[] {
  const [member] = client?.members ?? [];
  if (!client || !member) return ['The account was deleted.'];
  const { company, addressLine1, addressLine2, postalCode, city, region, country } = client.profile;
  const place = [postalCode, city].filter(Boolean).join(' ');
  const parts = [company, `${member.firstName} ${member.lastName}`, addressLine1, addressLine2, place, region, country, member.email];
  return parts.filter((part): part is string => part !== undefined && part !== '');
}
