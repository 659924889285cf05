import type { Letter, ToPerson } from './letters.ts';

/** About the rent of a number, or about its price where the money that paid for it went back and there is no rent. */
export interface AboutNumber extends ToPerson {
  number: string;
  due: 'rent' | 'price';
  /** What is due, in words. */
  amount: string;
  /** When it is due, or until when it is kept, in words. */
  day: string;
  isTest: boolean;
}

type AboutRent = 'rent_due' | 'rent_past_due' | 'rent_last_call' | 'number_released';

const subjectOf = ({ isTest }: AboutNumber, subject: string) => `${isTest ? '[Test] ' : ''}${subject}`;

const reasonOf = ({ due, number, amount }: AboutNumber) =>
  due === 'rent'
    ? `The next month of your number ${number} costs ${amount}`
    : `The money that paid for your number ${number} went back. Its price of ${amount} is due again`;

/** What mails about the rent of a number say. */
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
    closing: 'If you have questions, just answer this mail.',
  }),
};
