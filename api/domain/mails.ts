import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { agencyById } from '../models/agency.ts';
import { type Client, readClient } from '../models/client.ts';
import { claimMail, type MailRow, settleMail } from '../models/mail.ts';
import { readNumber } from '../models/number.ts';
import { readPurchase } from '../models/purchase.ts';
import { creditsInWords } from '../rules/money.ts';
import { brandOf } from './brands.ts';
import { type Rendered, renderMail } from './mails-layout.ts';
import { type Brand, formatDay, type ToPerson } from './mails-letters.ts';
import { displayNumber } from './numbers-phone.ts';
import type { Deps, Log, Mail, Mailer } from './ports.ts';

export { nextMailDueAt, onMailWritten } from '../models/mail.ts';

/** What sending takes. */
export interface PostOffice {
  mailer: Mailer;
  log: Log;
  /** The domain that mails come from; the name before it is neutral. */
  mailDomain: string;
  /** The agency's page with a new token in its fragment. Made when the mail is sent, so that no token lies in the outbox. */
  link(row: MailRow): Promise<string>;
  /** Once it is aborted no other mail is begun; what is left waits for the next process. */
  draining?: AbortSignal;
  reached?: Deps['reached'];
}

/** Longer than a mail server may be silent in all, so that a mail is not sent twice while it is being sent. */
const LEASE_MS = 120_000;
const ATTEMPTS_MAX = 10;
const BACKOFF_MS = 10_000;
const BACKOFF_MAX_MS = 3_600_000;

/**
 * Sends every mail that is due, of all agencies, and puts off those that the mail server does not take. A process that dies between
 * sending and noting it sends once more, under the same Message-ID.
 * @param now real time
 * @returns how many were sent
 */
export async function sendPending(post: PostOffice, now: () => Date = () => new Date()): Promise<number> {
  for (let sent = 0; ; ) {
    if (post.draining?.aborted) return sent;
    const row = await claimMail(now(), new Date(now().getTime() + LEASE_MS));
    if (!row) return sent;
    if (await sendClaimed(row, post, now)) sent += 1;
  }
}

async function sendClaimed(row: MailRow, post: PostOffice, now: () => Date): Promise<boolean> {
  try {
    const mail = await write(row, post);
    if (mail) await post.mailer.send(mail);
    post.reached?.('mail.after_send');
    await settleMail(row, { state: mail ? 'sent' : 'given_up' });
    return mail !== undefined;
  } catch (error) {
    const isLast = row.attempts >= ATTEMPTS_MAX;
    // A mail server's words quote the address; its code does not.
    const reason = error instanceof Error && 'code' in error ? error.code : (error as Error).name;
    post.log.error(
      { mail: row._id, kind: row.kind, attempts: row.attempts, reason },
      isLast ? 'a mail was given up' : 'a mail has to wait',
    );
    await settleMail(row, isLast ? { state: 'given_up' } : { dueAt: new Date(now().getTime() + backoffMs(row.attempts)) });
    return false;
  }
}

const backoffMs = (attempts: number): number => Math.min(BACKOFF_MS * 4 ** (attempts - 1), BACKOFF_MAX_MS);

/** @returns undefined where the agency or the person is gone */
async function write(row: MailRow, post: PostOffice): Promise<Mail | undefined> {
  const [agency, client] = await Promise.all([agencyById(row.agencyId), readClient(row, row.clientId)]);
  if (!agency) return undefined;
  const brand = brandOf(agency, post.log);
  if (row.kind === 'minutes' || row.kind === 'notice')
    return brand.supportEmail === null ? undefined : addressed(row, brand, brand.supportEmail, post, renderForAgency(row, brand));
  const member = client?.members.find(({ id }) => id === row.memberId);
  if (!client || !member) return undefined;
  const person = { brand, firstName: member.emailVerifiedAt ? member.firstName : null };
  return addressed(row, brand, member.email, post, await render(row, person, client, post));
}

function renderForAgency({ world, notice }: MailRow, brand: Brand): Rendered {
  const agency = { brand, firstName: brand.companyName, isTest: world !== 'live' };
  return notice === undefined ? renderMail('minutes', agency) : renderMail('notice', { ...agency, notice });
}

function addressed(row: MailRow, brand: Brand, to: string, post: PostOffice, rendered: Rendered): Mail {
  return {
    ...rendered,
    from: { name: brand.companyName, address: `no-reply@${post.mailDomain}` },
    ...(brand.supportEmail !== null && { replyTo: brand.supportEmail }),
    to,
    messageId: `<${createHash('sha256').update(row._id).digest('hex').slice(0, 32)}@${post.mailDomain}>`,
  };
}

async function render(row: MailRow, person: ToPerson, { freeMillis }: Client, post: PostOffice): Promise<Rendered> {
  if (row.kind === 'verification') return renderMail(row.kind, { ...person, freeMillis, link: await post.link(row) });
  if (row.kind === 'reset') return renderMail(row.kind, { ...person, link: await post.link(row) });
  if (row.kind !== 'receipt') return renderMail(row.kind, { ...person, ...(await aboutNumber(row)) });
  const purchase = await readPurchase(row, row.purchaseId ?? '');
  assert(purchase, 'a receipt is written for a purchase');
  const { _id: purchaseId, name, credits, priceCents, currency, createdAt: orderedAt, world, orderId } = purchase;
  const paidAt = row.at ?? orderedAt;
  const bought = { purchaseId, name, credits, priceCents, currency, isOrder: orderId !== undefined };
  return renderMail(row.kind, { ...person, ...bought, orderedAt, paidAt, isTest: world !== 'live' });
}

async function aboutNumber(row: MailRow) {
  const found = await readNumber(row, row.numberId ?? '');
  assert(found, 'a mail about rent is written for a number');
  const { number, monthlyMillis, world } = found;
  return {
    number: await displayNumber(number),
    rent: creditsInWords(monthlyMillis),
    day: formatDay(row.at ?? row.createdAt),
    isTest: world !== 'live',
  };
}
