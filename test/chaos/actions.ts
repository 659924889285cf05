import { knowledgeActions } from './actions-knowledge.ts';
import { numberActions } from './actions-numbers.ts';
import { orderActions } from './actions-orders.ts';
import { paymentActions } from './actions-payments.ts';
import type { Action } from './person.ts';
import { retryUntil } from './waits.ts';

const accountActions = {
  async 'signed up'(person) {
    await person.signUp();
    return true;
  },

  async 'signed up and confirmed'(person) {
    await person.signUp();
    return (await retryUntil(() => person.confirm())) ?? false;
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
    if (body.overrunMillis > 0) await person.grantCredits();
    return true;
  },

  given: (person) => person.grantCredits(),
} satisfies Record<string, Action>;

export const actions = { ...accountActions, ...paymentActions, ...orderActions, ...numberActions, ...knowledgeActions };
export type ActionName = keyof typeof actions;
export const actionNames = Object.keys(actions) as ActionName[];

/** Relative frequency of each action; the others have a low one. */
const weights: Partial<Record<ActionName, number>> = {
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

const weighted = actionNames.flatMap((name) => Array.from({ length: weights[name] ?? 2 }, () => name));

export const anyAction = (dice: () => number): ActionName => weighted[Math.floor(dice() * weighted.length)] ?? 'called';
