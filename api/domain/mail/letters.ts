import type { Output } from '../../contract/index.ts';
import { type NoticeCode, notices } from '../../contract/notices.ts';
import { nameOfSold, type Sold } from '../../contract/sentences.ts';
import type { MailKind } from '../../models/mail.ts';
import { type Currency, formatCredits, formatMoney } from '../../rules/money.ts';
import { formatDay } from '../receipts/receipts.ts';

/** The language of all letters. */
const LANGUAGE = 'en';

/** Formats credits with their unit: `1 credit`, `2.5 credits`. */
export const creditsInWords = (millis: number, unit = 'credit'): string =>
  `${formatCredits(millis, LANGUAGE)} ${millis === 1000 ? unit : `${unit}s`}`;

/** The rent of a number, or its price if the payment was returned and there is no rent. */
export interface AboutNumber extends ToPerson {
  number: string;
  due: 'rent' | 'price';
  /** The amount due, in words. */
  amount: string;
  /** The due day, or the last day that the number is kept, in words. */
  day: string;
  isTest: boolean;
}

type AboutRent = 'rent_due' | 'rent_past_due' | 'rent_last_call' | 'number_released';

const subjectOf = ({ isTest }: AboutNumber, subject: string) => `${isTest ? '[Test] ' : ''}${subject}`;

const reasonOf = ({ due, number, amount }: AboutNumber) =>
  due === 'rent'
    ? `The next month of your number ${number} costs ${amount}`
    : `The money that paid for your number ${number} went back. Its price of ${amount} is due again`;

/** An answer to a mail reaches the agency's address for support; without one, it reaches nobody. */
const howToTell = ({ companyName, supportEmail }: Brand): string =>
  supportEmail === null ? `tell ${companyName}` : 'tell us by answering this mail';
const howToAsk = ({ companyName, supportEmail }: Brand): string =>
  supportEmail === null ? `If you have questions, ask ${companyName}.` : 'If you have questions, just answer this mail.';

/** Texts of the mails about a number's rent. */
export const numberLetters: Record<AboutRent, (values: AboutNumber) => Letter> = {
  rent_due: (about) => ({
    subject: subjectOf(about, `Your number ${about.number} needs credits`),
    preheader: `The next month is due on ${about.day}.`,
    paragraphs: [
      `On ${about.day} the next month of your number ${about.number} is due. It costs ${about.amount}, and you do not have that many at the moment.`,
      `Please buy credits at ${about.brand.companyName} before then, and the number stays yours without interruption.`,
    ],
    closing: 'If you do not need the number any more, give it back in your account.',
  }),

  rent_past_due: (about) => ({
    subject: subjectOf(about, `The ${about.due} of your number ${about.number} could not be paid`),
    preheader: `The number is kept for you until ${about.day}.`,
    paragraphs: [
      `${reasonOf(about)}, and there were not enough credits.`,
      `The number keeps working and is kept for you until ${about.day}. Buy credits at ${about.brand.companyName}, and the ${about.due} is paid by itself.`,
    ],
    closing: 'After that day the number is given back, and somebody else may get it.',
  }),

  rent_last_call: (about) => ({
    subject: subjectOf(about, `Last day for your number ${about.number}`),
    preheader: `It is given back on ${about.day}.`,
    paragraphs: [
      `Your number ${about.number} is given back on ${about.day}, because its ${about.due} of ${about.amount} could not be paid.`,
      `Buy credits at ${about.brand.companyName} before then to keep it.`,
    ],
    closing: 'A number that was given back cannot be brought back.',
  }),

  number_released: (about) => ({
    subject: subjectOf(about, `Your number ${about.number} was given back`),
    preheader: `Its ${about.due} could not be paid.`,
    paragraphs: [
      `Your number ${about.number} was given back on ${about.day}, because its ${about.due} could not be paid. Calls to it do not reach you any more.`,
      `Nothing more is charged for it. You can buy another number at ${about.brand.companyName} at any time.`,
    ],
    closing: howToAsk(about.brand),
  }),
};

export type Brand = Output<'brand.read'>;

/** The content of a mail. Both HTML and plain text are made from it, so that they cannot differ. */
export interface Letter {
  subject: string;
  /** Text that an inbox shows after the subject. */
  preheader: string;
  paragraphs: string[];
  button?: { label: string; link: string };
  /** Pairs of label and value. */
  figures?: [string, string][];
  closing: string;
}

export interface ToPerson {
  brand: Brand;
  /** Null if the address is not confirmed: a stranger may have typed both. */
  firstName: string | null;
}
interface WithLink extends ToPerson {
  link: string;
}
interface Reset extends WithLink {
  /** True if the member has no password yet. */
  isFirst: boolean;
}
interface NewPassword extends ToPerson {
  /** True if the member had no password before. */
  isFirst: boolean;
}
interface NewAddress extends ToPerson {
  /** Null if another client has the address: then its owner is only told. */
  link: string | null;
}
interface Verification extends WithLink {
  /** Free credits that the confirmation brings, in milli-credits. */
  freeMillis: number;
}
interface Receipt extends ToPerson {
  purchaseId: string;
  receiptNumber: string;
  /** The name of what was bought, from the time of the purchase. */
  sold: Sold;
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  currency: Currency;
  orderedAt: Date;
  paidAt: Date;
  /** True if it paid for one order, which got the credits. */
  isOrder: boolean;
  isTest: boolean;
}

interface Refund extends Pick<Receipt, 'brand' | 'firstName' | 'purchaseId' | 'sold' | 'priceCents' | 'currency' | 'isOrder' | 'isTest'> {
  /** All that was refunded of the purchase so far. */
  refundedCents: number;
}

interface LowCredits extends ToPerson {
  /** Milli-credits that are left. */
  leftMillis: number;
  isTest: boolean;
}

/** A mail to the agency itself. */
interface ToAgency extends ToPerson {
  isTest: boolean;
}

/** Values that each kind of mail needs. */
export interface MailValues {
  verification: Verification;
  reset: Reset;
  password_changed: NewPassword;
  email_change: NewAddress;
  email_changing: ToPerson;
  linked: ToPerson;
  deleted: ToPerson;
  receipt: Receipt;
  refund: Refund;
  minutes: ToAgency;
  notice: ToAgency & { notice: NoticeCode };
  rent_due: AboutNumber;
  rent_past_due: AboutNumber;
  rent_last_call: AboutNumber;
  number_released: AboutNumber;
  credits_low: LowCredits;
}

/** Text of each kind of mail. */
export const letters: { [Kind in MailKind]: (values: MailValues[Kind]) => Letter } = {
  verification: ({ brand: { companyName }, link, freeMillis }) => ({
    subject: `Confirm your e-mail address for ${companyName}`,
    preheader: 'One click, and your account is ready.',
    paragraphs: [
      `Welcome to ${companyName}. Please confirm that this is your e-mail address.`,
      ...(freeMillis > 0 ? [`It brings you ${creditsInWords(freeMillis, 'free credit')}.`] : []),
    ],
    button: { label: 'Confirm e-mail address', link },
    closing: 'If you did not create this account, ignore this mail and nothing happens.',
  }),

  reset: ({ brand: { companyName }, link, isFirst }) => ({
    subject: `Choose a ${isFirst ? '' : 'new '}password for ${companyName}`,
    preheader: 'The link works once.',
    paragraphs: [`Somebody, hopefully you, asked for a ${isFirst ? '' : 'new '}password for your ${companyName} account.`],
    button: { label: isFirst ? 'Choose a password' : 'Choose a new password', link },
    closing: `If it was not you, ignore this mail: ${isFirst ? 'nothing changes' : 'your password stays as it is'}. The link works once and expires soon.`,
  }),

  password_changed: ({ brand, isFirst }) => ({
    subject: isFirst ? `Your ${brand.companyName} account has a password now` : `Your password for ${brand.companyName} was changed`,
    preheader: 'If it was not you, choose a new one now.',
    paragraphs: [
      isFirst
        ? `A first password was chosen for your ${brand.companyName} account. With it and this e-mail address you can sign in from now on.`
        : `The password of your ${brand.companyName} account was changed. You are signed out on your other devices.`,
    ],
    closing: `If it was not you, ask for a new password at the sign-in now, and ${howToTell(brand)}.`,
  }),

  email_change: ({ brand: { companyName }, link }) => ({
    subject: `Confirm your new e-mail address for ${companyName}`,
    preheader: link === null ? 'You already have an account with it.' : 'One click, and you sign in with it.',
    paragraphs: [
      `Somebody, hopefully you, wants to use this e-mail address for a ${companyName} account.`,
      link === null
        ? 'It belongs to another account already, so nothing was changed. Sign in with it, or choose another address.'
        : 'Until you confirm it, the account keeps its present address.',
    ],
    ...(link !== null && { button: { label: 'Confirm new e-mail address', link } }),
    closing: 'If it was not you, ignore this mail and nothing happens.',
  }),

  email_changing: ({ brand: { companyName } }) => ({
    subject: `Your e-mail address for ${companyName} is about to change`,
    preheader: 'If it was not you, change your password.',
    paragraphs: [
      `Somebody, hopefully you, asked to use another e-mail address for your ${companyName} account. It changes once the new address is confirmed.`,
    ],
    closing: 'If it was not you, choose a new password now: that also stops the change.',
  }),

  linked: ({ brand }) => ({
    subject: `Your ${brand.companyName} account was connected to another sign-in`,
    preheader: 'If it was not you, tell us now.',
    paragraphs: [
      `Your account was connected to the sign-in of ${brand.companyName}'s own site. Whoever signs in there as you uses this account, too.`,
      'Your password stays as it is.',
    ],
    closing: `If it was not you, ${howToTell(brand)}, so that the connection is undone.`,
  }),

  deleted: ({ brand }) => ({
    subject: `Your ${brand.companyName} account was deleted`,
    preheader: 'You asked for it, and it cannot be undone.',
    paragraphs: [`Your ${brand.companyName} account and your personal data were deleted. You are signed out everywhere.`],
    closing: `If it was not you, ${howToTell(brand)}. This is the last mail about this account.`,
  }),

  receipt: ({
    brand: { companyName },
    purchaseId,
    receiptNumber,
    sold,
    credits,
    priceCents,
    currency,
    orderedAt,
    paidAt,
    isOrder,
    isTest,
  }) => ({
    subject: `${isTest ? '[Test] ' : ''}Your receipt from ${companyName}`,
    preheader: `${isOrder ? nameOfSold(sold) : creditsInWords(credits)} for ${formatMoney(priceCents, currency, LANGUAGE)}.`,
    paragraphs: [
      isOrder ? 'Thank you for your order.' : 'Thank you for your purchase. The credits are in your account.',
      ...(isTest ? ['This was a test purchase: no money moved.'] : []),
    ],
    figures: [
      ['Bought', nameOfSold(sold)],
      ...(isOrder ? [] : [['Credits', formatCredits(credits, LANGUAGE)] satisfies [string, string]]),
      ['Paid', formatMoney(priceCents, currency, LANGUAGE)],
      ['Ordered on', formatDay(orderedAt)],
      ['Paid on', formatDay(paidAt)],
      ['Receipt', receiptNumber],
      ['Purchase', purchaseId],
    ],
    closing: 'Please keep this mail for your records.',
  }),

  refund: ({ brand, purchaseId, sold, priceCents, currency, refundedCents, isOrder, isTest }) => ({
    subject: `${isTest ? '[Test] ' : ''}Your payment to ${brand.companyName} was refunded`,
    preheader: `${formatMoney(refundedCents, currency, LANGUAGE)} of ${formatMoney(priceCents, currency, LANGUAGE)}.`,
    paragraphs: [
      'Money that you paid goes back to the way by which you paid. Your bank may take some days to show it.',
      ...(isOrder ? [] : ['The credits that it had paid for were taken back.']),
      ...(isTest ? ['This was a test purchase: no money moved.'] : []),
    ],
    figures: [
      ['Bought', nameOfSold(sold)],
      ['Paid', formatMoney(priceCents, currency, LANGUAGE)],
      ['Refunded so far', formatMoney(refundedCents, currency, LANGUAGE)],
      ['Purchase', purchaseId],
    ],
    closing: howToAsk(brand),
  }),

  minutes: ({ isTest }) => ({
    subject: `${isTest ? '[Test] ' : ''}Your calling minutes are used up`,
    preheader: 'Calls or free credits are being refused.',
    paragraphs: [
      'Your minutes have reached the limit that you set. Until there are more, calls of your clients are refused, and new clients get no free credits.',
      'Your clients are only told that it is not possible at the moment; none of their credits are lost.',
    ],
    closing: 'Add minutes, or change the limit in your settings. You get this mail once until there are more minutes.',
  }),

  notice: ({ notice, isTest }) => ({
    subject: `${isTest ? '[Test] ' : ''}${notices[notice].subject}`,
    preheader: 'Something that your clients asked for could not be done.',
    paragraphs: [
      notices[notice].sentence,
      'Your clients are only told that it is not possible at the moment, and what could not be done was not charged.',
    ],
    closing: 'You get this mail at most once a day, as long as it happens.',
  }),

  credits_low: ({ brand: { companyName }, leftMillis, isTest }) => ({
    subject: `${isTest ? '[Test] ' : ''}Your credits at ${companyName} ${leftMillis > 0 ? 'are running low' : 'are used up'}`,
    preheader: leftMillis > 0 ? `You have ${creditsInWords(leftMillis)} left.` : 'Calls stop until there are more.',
    paragraphs: [
      leftMillis > 0
        ? `You have ${creditsInWords(leftMillis)} left. Calls stop when they are used up.`
        : 'You have no credits left. Calls stop until there are more.',
      `Buy credits at ${companyName}, and everything goes on without interruption.`,
    ],
    closing: 'You get this mail once until you have enough credits again. You can turn it off in your account.',
  }),

  ...numberLetters,
};
