import { knowledgeDeeds } from './actions-knowledge.ts';
import { numberDeeds } from './actions-numbers.ts';
import { orderDeeds } from './actions-orders.ts';
import { paymentDeeds } from './actions-payments.ts';
import type { Deed } from './person.ts';
import { soon } from './waits.ts';

const deedsOfAccounts = {
  async 'signed up'(person) {
    await person.signUp();
    return true;
  },

  async 'signed up and confirmed'(person) {
    await person.signUp();
    return (await soon(() => person.confirm())) ?? false;
  },

  async confirmed(person) {
    return person.confirm();
  },

  async called(person) {
    const callId = person.newName();
    const seconds = 1 + Math.floor(person.dice() * 1200);
    const { status, body } = await person.askAsAgency('usage.record', { clientId: person.clientId, callId, seconds });
    if (status !== 200) return false;
    person.acknowledged.set(`usage.record/${callId}`, body.overrunMillis - body.costMillis);
    if (body.overrunMillis > 0) await person.beGiven();
    return true;
  },

  given: (person) => person.beGiven(),
} satisfies Record<string, Deed>;

export const deeds = { ...deedsOfAccounts, ...paymentDeeds, ...orderDeeds, ...numberDeeds, ...knowledgeDeeds };
export type DeedName = keyof typeof deeds;
export const deedNames = Object.keys(deeds) as DeedName[];

/** How often each is done of itself; the rest comes once in a while. */
const weights: Partial<Record<DeedName, number>> = {
  called: 20,
  'credits bought': 16,
  'plan with credits': 8,
  'plan with money': 6,
  'number with credits': 6,
  'number with money': 6,
  'text added': 6,
  'event three times at once': 6,
  confirmed: 4,
  'signed up': 1,
  'signed up and confirmed': 1,
  'number bought in silence': 0,
};

const weighted = deedNames.flatMap((name) => Array.from({ length: weights[name] ?? 2 }, () => name));

export const anyDeed = (dice: () => number): DeedName => weighted[Math.floor(dice() * weighted.length)] ?? 'called';
