import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readStanding } from '../../ledger/standing.ts';
import { isLow } from '../../ledger/state/states.ts';
import { readReturns } from '../../ledger/transfers/returns.ts';
import { type Agency, agencyById, inMode } from '../../models/agency.ts';
import { type Client, type Member, readClient } from '../../models/client.ts';
import { claimMail, type MailRow, settleMail, wasMailGivenUpSince } from '../../models/mail.ts';
import { readNumber } from '../../models/number.ts';
import { readPurchase } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import { type Deps, type Log, type Mail, MailError, type Mailer } from '../../ports/index.ts';
import { DAY_MS, HOUR_MS, later } from '../../rules/time.ts';
import { fingerprint } from '../../security/digest.ts';
import type { Keys } from '../../security/keys.ts';
import { farewellAddress } from '../accounts/farewell.ts';
import { mayPromiseFree } from '../accounts/free-credits.ts';
import type { Reader } from '../accounts/links.ts';
import { isNewEmailTaken } from '../accounts/new-email.ts';
import { brandOf } from '../directory/brand.ts';
import { planOf } from '../directory/plan.ts';
import { backOff } from '../due/due.ts';
import { dueMillis } from '../numbers/month.ts';
import { displayNumber } from '../numbers/phone.ts';
import { formatDay, issueReceipt, receiptNumberOf } from '../receipts/receipts.ts';
import { type Rendered, renderMail } from './layout.ts';
import { type Brand, creditsInWords, type ToPerson } from './letters.ts';

export { nextMailDueAt, onMailWritten } from '../../models/mail.ts';

/** The parts of a process that sending needs. */
export interface PostOffice {
  mailer: Mailer;
  log: Log;
  keys: Keys;
  /** Domain of the sender. The name before it is neutral. */
  mailDomain: string;
  /** Builds the agency's page with a new token in its fragment. Called when the mail is sent, so that the outbox has no token. */
  link(row: MailRow, reader: Reader): Promise<string>;
  /** After it aborts, no other mail is started; the rest waits for the next process. */
  draining?: AbortSignal;
  reached?: Deps['reached'];
  /** Business time, by which days are counted. Real time by default. */
  now?: Deps['now'];
}

/** Longer than one mail takes, so that it is not sent twice. */
const LEASE_MS = 120_000;
/** Failures before the mail server is asked are our own fault, and further attempts do not help. */
const FAULTS_MAX = 10;
const BACKOFF_MS = 10_000;
const BACKOFF_MAX_MS = HOUR_MS;
/**
 * Age until which a mail is repeated, as other senders do (RFC 5321, 4.5.4.1). It also needs this many attempts: otherwise a mail that
 * waited while this process was off would be given up at the first failure.
 */
const PATIENCE_MS = 5 * DAY_MS;
const PATIENCE_ATTEMPTS = 10;

/**
 * Sends every due mail of all agencies, and puts off those that the mail server does not accept. Stops if no mail can be sent at all, since
 * the others would fail too. A process that dies between sending and storing sends again, under the same Message-ID.
 * @param now real time
 * @returns the number sent, and whether the mail server is away
 */
export async function sendPending(post: PostOffice, now: () => Date = () => new Date()): Promise<{ sent: number; isAway: boolean }> {
  for (let sent = 0; ; ) {
    if (post.draining?.aborted) return { sent, isAway: false };
    const row = await claimMail(now(), later(now(), LEASE_MS));
    if (!row) return { sent, isAway: false };
    const outcome = await sendClaimed(row, post, now);
    if (outcome === 'away') return { sent, isAway: true };
    if (outcome === 'sent') sent += 1;
  }
}

async function sendClaimed(row: MailRow, post: PostOffice, now: () => Date): Promise<'sent' | 'not sent' | 'away'> {
  try {
    const mail = await writeMail(row, post);
    if (mail) await post.mailer.send(mail);
    post.reached?.('mail.after_send');
    await settleMail(row, mail ? { state: 'sent' } : { state: 'given_up', reason: 'nobody' });
    return mail ? 'sent' : 'not sent';
  } catch (error) {
    const next = afterFailure(row, error, now());
    // A mail server's message quotes the address; its code does not.
    const code = error instanceof Error && 'code' in error ? error.code : (error as Error).name;
    const isAway = error instanceof MailError && error.outcome === 'away';
    const about = { mail: row._id, kind: row.kind, attempts: row.attempts, code };
    if (next.state)
      post.log.error({ ...about, reason: next.reason }, 'mail.given_up: npm run mails lists such mails, and has them sent again');
    else if (!isAway) post.log.error(about, 'mail.waits: it is tried again later');
    else post.log.error(about, 'mails.away: the mail server takes no mail, all of them wait');
    await settleMail(row, next);
    return isAway ? 'away' : 'not sent';
  }
}

/** Returns the time of the next attempt, or that there is none. */
function afterFailure(row: MailRow, error: unknown, now: Date): Partial<Pick<MailRow, 'state' | 'reason' | 'faults' | 'dueAt'>> {
  const dueAt = later(now, backOff(row.attempts - 1, BACKOFF_MS, BACKOFF_MAX_MS));
  if (!(error instanceof MailError)) {
    const faults = (row.faults ?? 0) + 1;
    return { faults, ...(faults < FAULTS_MAX ? { dueAt } : { state: 'given_up', reason: 'faulty' }) };
  }
  if (error.outcome === 'refused') return { state: 'given_up', reason: 'refused' };
  if (row.attempts >= PATIENCE_ATTEMPTS && later(row.createdAt, PATIENCE_MS) <= now) return { state: 'given_up', reason: 'unreachable' };
  // While the server is away, the rounds wait longer and longer; the mails need not.
  return { dueAt: error.outcome === 'away' ? later(now, BACKOFF_MS) : dueAt };
}

/** @param isAway whether the mail server accepts nothing at present */
export async function noteMailTroubles(troubles: Deps['troubles'], isAway: boolean): Promise<void> {
  const are = [
    ['mails.away', isAway],
    ['mails.given_up', await wasMailGivenUpSince(later(new Date(), -DAY_MS))],
  ] as const;
  for (const [name, isSo] of are) {
    if (isSo) troubles.add(name);
    else troubles.delete(name);
  }
}

/** @returns undefined if the agency or the person is gone */
async function writeMail(row: MailRow, post: PostOffice): Promise<Mail | undefined> {
  const [agency, client] = await Promise.all([agencyById(row.agencyId), readClient(row, row.clientId)]);
  if (!agency) return undefined;
  const brand = brandOf(agency, post.log);
  if (row.kind === 'minutes' || row.kind === 'notice') {
    const to = agency.settings[modeOf(row.world)].alerts.email ?? brand.supportEmail;
    return to === null ? undefined : addressed(row, brand, to, post, renderForAgency(row, brand));
  }
  if (row.kind === 'deleted') return writeFarewell(row, brand, post);
  const member = client?.members.find(({ id }) => id === row.memberId);
  if (!client || !member || member.unwantedMails?.some((kind) => kind === row.kind)) return undefined;
  // A member that has lost its address is reached only at the one that it wants instead.
  if (member.email === '' && row.kind !== 'email_change') return undefined;
  // Announced before the password or the link was stored, by a process that died.
  if (row.passwordVersion !== undefined && member.passwordVersion < row.passwordVersion) return undefined;
  if (row.kind === 'credits_low') return writeLowCredits(row, { agency, member, brand, post });
  if (row.linkedAs !== undefined && row.linkedAs !== fingerprint(client.externalId ?? '')) return undefined;
  const person = { brand, firstName: member.emailVerifiedAt ? member.firstName : null };
  if (row.kind !== 'email_change')
    return addressed(row, brand, member.email, post, await render(row, person, { agency, client, member, post }));
  if (member.newEmail === undefined) return undefined;
  const link = (await isNewEmailTaken({ client, member })) ? null : await post.link(row, { agency, member });
  return addressed(row, brand, member.newEmail, post, renderMail(row.kind, { brand, firstName: null, link }));
}

/** @returns undefined if it was given up before */
function writeFarewell(row: MailRow, brand: Brand, post: PostOffice): Mail | undefined {
  const to = farewellAddress(row, post.keys);
  return to === undefined ? undefined : addressed(row, brand, to, post, renderMail('deleted', { brand, firstName: null }));
}

/** @returns undefined if the credits are enough again */
async function writeLowCredits(
  row: MailRow,
  { agency, member, brand, post }: { agency: Agency; member: Member; brand: Brand; post: PostOffice },
): Promise<Mail | undefined> {
  const { state } = await readStanding(row);
  if (!isLow(state, inMode(agency, modeOf(row.world)).meter)) return undefined;
  const values = { brand, firstName: member.firstName, leftMillis: state.available + state.held, isTest: row.world !== 'live' };
  return addressed(row, brand, member.email, post, renderMail('credits_low', values));
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

interface Writing extends Reader {
  client: Client;
  post: PostOffice;
}

async function render(row: MailRow, person: ToPerson, { agency, member, client: { freeMillis }, post }: Writing): Promise<Rendered> {
  const link = () => post.link(row, { agency, member });
  if (row.kind === 'verification') {
    const settings = inMode(agency, modeOf(row.world));
    const free = { millis: freeMillis, isEarned: false, perDay: planOf(settings, null).freeGrantsPerDay };
    const promised = await mayPromiseFree(row, settings, free, { now: post.now ?? (() => new Date()) });
    return renderMail(row.kind, { ...person, freeMillis: promised, link: await link() });
  }
  if (row.kind === 'reset') return renderMail(row.kind, { ...person, link: await link(), isFirst: member.passwordHash === undefined });
  if (row.kind === 'password_changed') return renderMail(row.kind, { ...person, isFirst: row.isFirst === true });
  if (row.kind === 'email_changing' || row.kind === 'linked') return renderMail(row.kind, person);
  if (row.kind === 'refund') return renderMail(row.kind, { ...person, ...(await aboutRefund(row)) });
  if (row.kind !== 'receipt') return renderMail(row.kind, { ...person, ...(await aboutNumber(row)) });
  const purchase = await readPurchase(row, row.purchaseId ?? '');
  assert(purchase, 'a receipt is written for a purchase');
  const receiptNumber = receiptNumberOf(await issueReceipt(agency, purchase, row.at ?? purchase.createdAt, post.log));
  const { _id: purchaseId, credits, priceCents, currency, createdAt: orderedAt, world, orderId } = purchase;
  const paidAt = row.at ?? orderedAt;
  const bought = { purchaseId, receiptNumber, sold: purchase, credits, priceCents, currency, isOrder: orderId !== undefined };
  return renderMail(row.kind, { ...person, ...bought, orderedAt, paidAt, isTest: world !== 'live' });
}

async function aboutRefund(row: MailRow) {
  const purchase = await readPurchase(row, row.purchaseId ?? '');
  assert(purchase, 'a mail about a refund is written for a purchase');
  const { _id: purchaseId, priceCents, currency, world, orderId } = purchase;
  const { refundedCents } = await readReturns(row, purchaseId);
  return { purchaseId, sold: purchase, priceCents, currency, refundedCents, isOrder: orderId !== undefined, isTest: world !== 'live' };
}

async function aboutNumber(row: MailRow) {
  const found = await readNumber(row, row.numberId ?? '');
  assert(found, 'a mail about rent is written for a number');
  const { number, world } = found;
  return {
    number: await displayNumber(number),
    due: found.owedMillis === undefined ? ('rent' as const) : ('price' as const),
    amount: creditsInWords(dueMillis(found)),
    day: formatDay(row.at ?? row.createdAt),
    isTest: world !== 'live',
  };
}
