import type { Client, HeldPlan } from '../../models/client.ts';
import type { NumberRow } from '../../models/number.ts';
import type { Order } from '../../models/order.ts';
import type { ClientScope } from '../../models/scope.ts';
import { canonicalJson } from '../../rules/chain.ts';
import { sealOf } from '../../security/own-seal.ts';

// Each text below is what one kind of seal covers: what a document says and the ledger cannot tell.

/** How many free credits a client was promised when it signed up. */
export const promiseText = ({
  _id,
  agencyId,
  world,
  subject,
  freeMillis,
}: Pick<Client, '_id' | 'agencyId' | 'world' | 'subject' | 'freeMillis'>): string =>
  canonicalJson([_id, agencyId, world, subject, freeMillis]);

/** Which plan a client is on, and what brought it there. */
export const planText = ({ clientId, agencyId, world }: ClientScope, { planId, planOrderId }: HeldPlan): string =>
  canonicalJson([clientId, agencyId, world, planId ?? null, planOrderId ?? null]);

/** A plan that a client is put on, with its seal. */
export const sealedPlan = (scope: ClientScope, held: HeldPlan) => ({
  ...held,
  ...named('planSeal', sealOf('plan', planText(scope, held))),
});

/** A new client with the seals of what it was promised and of the plan that new clients are on. */
export const sealedClient = <New extends Parameters<typeof promiseText>[0]>(client: New) => ({
  ...client,
  ...named('promiseSeal', sealOf('promise', promiseText(client))),
  ...sealedPlan({ ...client, clientId: client._id }, {}),
});

/** What was ordered, by whom and at which price. */
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

/** That a number is its client's no more. */
export const releaseText = ({ _id, agencyId, world, clientId }: Pick<NumberRow, '_id' | keyof ClientScope>): string =>
  canonicalJson([_id, agencyId, world, clientId]);

export const releaseSealOf = (row: Parameters<typeof releaseText>[0]) => named('releaseSeal', sealOf('release', releaseText(row)));

type Pause = { [Field in 'pausedAt' | 'pausedMs']?: NumberRow[Field] | undefined };
type Paused = Pick<NumberRow, '_id' | 'agencyId' | 'world' | 'pauseSeal'> & Pause;

/** Since when the rent of a number stands still, and for how long it did before; undefined where it never did. */
export const pauseText = ({ _id, agencyId, world, pausedAt, pausedMs = 0 }: Paused): string | undefined =>
  pausedAt || pausedMs > 0 ? canonicalJson([_id, agencyId, world, pausedAt ?? null, pausedMs]) : undefined;

/** The seal of the pause that follows; none where the one before is not as it was sealed, so that an audit still finds that. */
export function nextPauseSeal(row: Paused, next: Pause): Pick<NumberRow, 'pauseSeal'> {
  const [before, after] = [pauseText(row), pauseText({ ...row, ...next })];
  const isOurs = before === undefined || row.pauseSeal === sealOf('pause', before);
  return isOurs && after !== undefined ? named('pauseSeal', sealOf('pause', after)) : {};
}

/** Which client had the free credits of a mailbox. */
export const claimText = ({ agencyId, world, clientId }: Omit<ClientScope, 'subject'>, mailbox: string): string =>
  canonicalJson([agencyId, world, clientId, mailbox]);

export const claimSealOf = (scope: ClientScope, mailbox: string) => named('seal', sealOf('claim', claimText(scope, mailbox)));

/** As it comes back from the database, where what is undefined may have become null. */
const stored = (item: Order['item']): unknown => JSON.parse(JSON.stringify(item, (_name, value) => value ?? undefined));

/** A seal as a field; nothing where this process has no keys. */
const named = <Name extends string>(name: Name, seal: string | undefined) =>
  (seal === undefined ? {} : { [name]: seal }) as { [Field in Name]?: string };
