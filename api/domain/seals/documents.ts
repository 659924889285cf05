import type { Client, HeldPlan, PlanPromise } from '../../models/client.ts';
import type { PhoneNumber } from '../../models/number.ts';
import type { Order } from '../../models/order.ts';
import type { ClientScope } from '../../models/scope.ts';
import { canonicalJson } from '../../rules/chain.ts';
import { sealOf } from '../../security/own-seal.ts';

// Each text below is covered by one kind of seal: the facts in a document that the ledger cannot prove. `planFreeShares` of a client needs
// none: it follows from the money in the ledger, with which the audit compares it, and no transfer follows from it.

/** The free credits that a client was promised at sign-up. */
export const promiseText = ({
  _id,
  agencyId,
  world,
  subject,
  freeMillis,
}: Pick<Client, '_id' | 'agencyId' | 'world' | 'subject' | 'freeMillis'>): string =>
  canonicalJson([_id, agencyId, world, subject, freeMillis]);

/** The free credits that a client was promised with a plan. */
export const planPromiseText = (
  { agencyId, world, clientId, subject }: ClientScope,
  name: string,
  { millis, isEarned, orderId }: Omit<PlanPromise, 'seal'>,
): string => canonicalJson([clientId, agencyId, world, subject, name, millis, isEarned, ...(orderId === undefined ? [] : [orderId])]);

/** Adds its seal to a plan's promise. */
export const sealedPlanPromise = (scope: ClientScope, name: string, promise: Omit<PlanPromise, 'seal'>): PlanPromise => ({
  ...promise,
  ...named('seal', sealOf('promise', planPromiseText(scope, name, promise))),
});

/** A client's plan, and the order that brought it. */
export const planText = ({ clientId, agencyId, world }: ClientScope, { planId, planOrderId }: HeldPlan): string =>
  canonicalJson([clientId, agencyId, world, planId ?? null, planOrderId ?? null]);

/** Adds its seal to a client's new plan. */
export const sealedPlan = (scope: ClientScope, held: HeldPlan) => ({
  ...held,
  ...named('planSeal', sealOf('plan', planText(scope, held))),
});

/** Adds seals of the promise and the plan to a new client. */
export const sealedClient = <New extends Parameters<typeof promiseText>[0]>(client: New) => ({
  ...client,
  ...named('promiseSeal', sealOf('promise', promiseText(client))),
  ...sealedPlan({ ...client, clientId: client._id }, {}),
});

/** The ordered item, its buyer and its price. */
export const orderText = (order: Order): string => {
  const { _id, agencyId, world, clientId, subject, memberId, kind, item, subjectId, priceMillis, priceCents, currency, pay } = order;
  return canonicalJson([
    _id,
    agencyId,
    world,
    clientId,
    subject,
    memberId,
    kind,
    stored(item),
    subjectId,
    priceMillis,
    priceCents,
    currency,
    pay,
  ]);
};

export const sealedOrder = (order: Order): Order => ({ ...order, ...named('seal', sealOf('order', orderText(order))) });

/** The release of a number by its client. */
export const releaseText = ({ _id, agencyId, world, clientId }: Pick<PhoneNumber, '_id' | keyof ClientScope>): string =>
  canonicalJson([_id, agencyId, world, clientId]);

export const releaseSealOf = (row: Parameters<typeof releaseText>[0]) => named('releaseSeal', sealOf('release', releaseText(row)));

type Pause = { [Field in 'pausedAt' | 'pausedMs']?: PhoneNumber[Field] | undefined };
type Paused = Pick<PhoneNumber, '_id' | 'agencyId' | 'world' | 'pauseSeal'> & Pause;

/** The pause of a number's rent, and the time that it was paused before; undefined if it never was. */
export const pauseText = ({ _id, agencyId, world, pausedAt, pausedMs = 0 }: Paused): string | undefined =>
  pausedAt || pausedMs > 0 ? canonicalJson([_id, agencyId, world, pausedAt ?? null, pausedMs]) : undefined;

/** Returns the seal of the next pause; none if the present pause does not match its own seal, so that an audit still finds that. */
export function nextPauseSeal(row: Paused, next: Pause): Pick<PhoneNumber, 'pauseSeal'> {
  const [before, after] = [pauseText(row), pauseText({ ...row, ...next })];
  const isOurs = before === undefined || row.pauseSeal === sealOf('pause', before);
  return isOurs && after !== undefined ? named('pauseSeal', sealOf('pause', after)) : {};
}

/** The client that had the free credits of a mailbox. */
export const claimText = ({ agencyId, world, clientId }: Omit<ClientScope, 'subject'>, mailbox: string): string =>
  canonicalJson([agencyId, world, clientId, mailbox]);

export const claimSealOf = (scope: ClientScope, mailbox: string) => named('seal', sealOf('claim', claimText(scope, mailbox)));

/** Returns the item as the database returns it, where undefined may have become null. */
const stored = (item: Order['item']): unknown => JSON.parse(JSON.stringify(item, (_name, value) => value ?? undefined));

/** Returns a seal as a field; nothing if this process has no keys. */
const named = <Name extends string>(name: Name, seal: string | undefined) =>
  (seal === undefined ? {} : { [name]: seal }) as { [Field in Name]?: string };
