import type { PaidCard } from '../stripe/charges.ts';

/** A card as the customer typed it. */
export type TypedCard = Record<'number' | 'expires' | 'code', string>;

/** The reason for which a card does not pay, in Stripe's words, and the field that is to be changed. */
export interface CardFault {
  sentence: string;
  field: keyof TypedCard;
}

/** The month of the sandbox's clock: a card is good until the end of its month. */
interface Month {
  year: number;
  month: number;
}

/** Numbers that Stripe's test mode declines, with what the customer reads. */
const declined: Record<string, CardFault> = {
  '4000000000000002': { sentence: 'Your card was declined.', field: 'number' },
  '4000000000009987': { sentence: 'Your card was declined.', field: 'number' }, // lost
  '4000000000009979': { sentence: 'Your card was declined.', field: 'number' }, // stolen
  '4100000000000019': { sentence: 'Your card was declined.', field: 'number' }, // blocked as fraudulent
  '4000000000006975': {
    sentence: 'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    field: 'number',
  },
  '4000000000009995': { sentence: 'Your card has insufficient funds.', field: 'number' },
  '4000000000000069': { sentence: 'Your card has expired.', field: 'expires' },
  '4000000000000127': { sentence: "Your card's security code is incorrect.", field: 'code' },
  '4000000000000119': { sentence: 'An error occurred while processing your card. Try again in a little bit.', field: 'number' },
};

/** Numbers of Stripe's test mode that pay, beside those of 4000 00.., which stand for countries, disputes and the like. */
const paying = new Set([
  '4242424242424242',
  '4000056655665556',
  '4012888888881881',
  '5555555555554444',
  '2223003122003222',
  '5200828282828210',
  '5105105105105100',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '6011000990139424',
  '6011981111111113',
  '3056930009020004',
  '30569309025904',
  '36227206271667',
  '6555900000604105',
  '3566002020360505',
  '3530111333300000',
  '6205500000000000004',
]);
const isTestCard = (number: string): boolean => paying.has(number) || number.startsWith('400000');

const notTestCard =
  'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.';

/** Says why a card does not pay, or nothing if it does. Fields are looked at in their order, and the bank is asked last. */
export function faultOf(typed: TypedCard, now: Month): CardFault | undefined {
  const number = digits(typed.number);
  const isAmex = /^3[47]/.test(number);
  if (number.length < (isAmex ? 15 : shortest(number))) return { sentence: 'Your card number is incomplete.', field: 'number' };
  if (number.length > 19 || !passesChecksum(number)) return { sentence: 'Your card number is invalid.', field: 'number' };
  const sentence = faultOfMonth(typed.expires, now);
  if (sentence) return { sentence, field: 'expires' };
  if (digits(typed.code).length !== (isAmex ? 4 : 3)) return { sentence: "Your card's security code is incomplete.", field: 'code' };
  return declined[number] ?? (isTestCard(number) ? undefined : { sentence: notTestCard, field: 'number' });
}

/** Returns the part of a card that Stripe keeps once it has paid. */
export function cardOf({ number, expires }: TypedCard): PaidCard {
  const [brand] = brands.find(([, start]) => start.test(digits(number))) ?? ['visa'];
  const [month, year] = [digits(expires).slice(0, -2).slice(0, 2), digits(expires).slice(-2)];
  return { brand, network: brand, last4: digits(number).slice(-4), exp_month: Number(month), exp_year: 2000 + Number(year) };
}

const brands: [brand: string, start: RegExp][] = [
  ['visa', /^4/],
  ['mastercard', /^(5[1-5]|2[2-7])/],
  ['amex', /^3[47]/],
  ['discover', /^6(011|55)/],
  ['diners', /^3[0689]/],
  ['jcb', /^35/],
  ['unionpay', /^62/],
];

const digits = (text: string): string => text.replace(/\D/g, '');

/** Only cards of Diners Club have fewer than sixteen digits, apart from those of American Express. */
const shortest = (number: string): number => (/^3[0689]/.test(number) ? 14 : 16);

/** The checksum of card numbers (Luhn). */
function passesChecksum(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function faultOfMonth(expires: string, now: Month): string | undefined {
  const [, month, year] = /^\s*(\d{1,2})\s*\/?\s*(?:20)?(\d{2})\s*$/.exec(expires) ?? [];
  if (!month || !year || Number(month) < 1 || Number(month) > 12) return "Your card's expiration date is incomplete.";
  const full = 2000 + Number(year);
  if (full < now.year) return "Your card's expiration year is in the past.";
  if (full > now.year + 50) return "Your card's expiration year is invalid.";
  return full === now.year && Number(month) < now.month ? "Your card's expiration date is in the past." : undefined;
}
