import type { Output } from '../../api/contract/index.ts';
import type { Reply } from '../support/call.ts';
import { numberKind } from './offer.ts';
import { type Action, codeOf, type Person } from './person.ts';

type Order = Output<'orders.read'>;
/** An event between an order and its payment. */
type Meanwhile = (person: Person, about: { sessionId: string; number: string }) => void;

const pays: Meanwhile = ({ sandbox }, { sessionId }) => void sandbox.stripe.pay(sessionId);
const leaves: Meanwhile = ({ sandbox }, { sessionId }) => void sandbox.stripe.expire(sessionId);
/** Somebody else gets the number first, and the money is authorised all the same. */
const isLate: Meanwhile = ({ sandbox }, about) => {
  sandbox.twilio.take(about.number);
  sandbox.stripe.pay(about.sessionId);
};

/**
 * Notes the state of an order, and lets its payment happen.
 * @returns whether the order was begun
 */
async function goOn(person: Person, reply: Reply<Order>, number: string, meanwhile?: Meanwhile): Promise<boolean> {
  const { status, body: order } = reply;
  if (status !== 200) {
    person.count(`order refused: ${codeOf(reply)}`);
    if (codeOf(reply) === 'credits.insufficient') await person.grantCredits();
    return false;
  }
  note(person, order);
  if (!meanwhile) return true;
  const purchaseId = order.orderId.replace(/^ord_/, 'pur_');
  const session = person.sandbox.stripe.sessions().find((one) => one.client_reference_id === purchaseId);
  if (session?.status !== 'open') return false;
  meanwhile(person, { sessionId: session.id, number });
  if (person.dice() > 0.3) {
    const read = await person.ask('orders.read', { orderId: order.orderId });
    if (read.status === 200) note(person, read.body);
  }
  return true;
}

function note({ ended }: Person, { orderId, state }: Order): void {
  if (state !== 'open' && state !== 'working') ended.set(orderId, state);
}

const payment = (person: Person, isMoney: boolean) =>
  isMoney ? ({ pay: 'money', returnUrl: person.returnUrl } as const) : ({ pay: 'credits' } as const);

const choosePlan =
  (meanwhile?: Meanwhile): Action =>
  async (person) => {
    const { body } = await person.ask('plans.list', {});
    const plan = person.pick(body.plans.filter(({ current, priceMillis }) => !current && priceMillis > 0));
    if (!plan) return false;
    const { id: planId, priceMillis, priceCents } = plan;
    const reply = await person.ask('plans.choose', { planId, priceMillis, priceCents, ...payment(person, meanwhile !== undefined) });
    return goOn(person, reply, '', meanwhile);
  };

/** Finds and reserves a number. */
async function reserve(person: Person): Promise<{ reservationId: string; number: string } | undefined> {
  const { status, body } = await person.ask('numbers.search', numberKind);
  const found = status === 200 ? person.pick(body.numbers.filter(({ taken }) => !taken)) : undefined;
  const kept = found && (await person.ask('numbers.reserve', { number: found.number, ...numberKind }));
  return kept?.status === 200 ? kept.body : undefined;
}

const buyNumber =
  (meanwhile?: Meanwhile): Action =>
  async (person) => {
    const kept = await reserve(person);
    if (!kept) return false;
    const reply = await person.ask('numbers.buy', { reservationId: kept.reservationId, ...payment(person, meanwhile !== undefined) });
    return goOn(person, reply, kept.number, meanwhile);
  };

export const orderActions = {
  'plan with credits': choosePlan(),
  'plan with money': choosePlan(pays),
  'plan never paid': choosePlan(leaves),
  'number with credits': buyNumber(),
  'number with money': buyNumber(pays),
  'number never paid': buyNumber(leaves),
  'number gone after the money was reserved': buyNumber(isLate),

  async 'number gone'(person) {
    const kept = await reserve(person);
    if (!kept) return false;
    person.sandbox.twilio.take(kept.number);
    return codeOf(await person.ask('numbers.buy', { reservationId: kept.reservationId })) === 'number.taken';
  },

  /** The number is bought, but the answer never arrives. */
  async 'number bought in silence'(person) {
    const kept = await reserve(person);
    if (!kept) return false;
    const path = '/twilio/2010-04-01/Accounts/*/IncomingPhoneNumbers.json';
    person.sandbox.faults.add({ path, method: 'POST', how: 'timeout', done: true });
    return goOn(person, await person.ask('numbers.buy', { reservationId: kept.reservationId }), kept.number);
  },
} satisfies Record<string, Action>;
