import type { Client, HeldPlan } from '../../models/client.ts';
import { readClientsBy } from '../../models/client.ts';
import { readNewestActs } from '../../models/journal.ts';
import { type Order, readOrders } from '../../models/order.ts';
import { FIRST_PLAN } from '../directory/plan.ts';
import type { SealedDocuments } from './documents.ts';
import type { Findings } from './findings.ts';

const NAME = 'every client is on the plan that it ordered or that its agency gave it, and no order of a plan is forgotten';

/** Follows the orders that moved a client from plan to plan. Each stores the plan that it replaced. */
export class Plans {
  readonly #findings: Findings;
  readonly #documents: SealedDocuments;
  /** By client. Keeps only ids, because all orders are in memory at once. */
  readonly #orders = new Map<string, string[]>();

  constructor(findings: Findings, documents: SealedDocuments) {
    findings.expect(NAME);
    this.#findings = findings;
    this.#documents = documents;
  }

  /** Notes an order. Call it for all orders before `check`. */
  see({ _id, kind, state, clientId }: Order): void {
    if (kind === 'plan' && state === 'done') this.#orders.set(clientId, [...(this.#orders.get(clientId) ?? []), _id]);
  }

  /** Checks each client against its noted orders. */
  async check(clients: readonly Client[]): Promise<void> {
    const suspects = await this.#suspects(clients);
    if (suspects.size === 0) return;
    // Looks again at clients that were moved this very moment.
    const again = await readClientsBy('_id', [...suspects.keys()]);
    const given = await readNewestActs('plans.assign', again);
    const planIds = new Map(again.map(({ _id, planId }) => [_id, planId]));
    for (const [clientId, { sentence, isGift, isOld }] of await this.#suspects(again)) {
      const [act, planId] = [given.get(clientId), planIds.get(clientId)];
      // If an order had given it that plan before, the action changed nothing for a journal to name.
      if (isGift && act && planId !== undefined && (act.after.plan ?? planId) === planId) continue;
      if (isOld) this.#findings.remark(`${clientId}: ${sentence}. It was put there before there were seals of plans.`);
      else this.#findings.add(NAME, { what: clientId }, sentence);
    }
  }

  async #suspects(clients: readonly Client[]): Promise<Map<string, Suspicion>> {
    const found = new Map<string, Suspicion>();
    const mine = (client: Client) => this.#orders.get(client._id) ?? [];
    const named = clients.flatMap((client) => [...mine(client), ...(client.planOrderId === undefined ? [] : [client.planOrderId])]);
    const orders = await withReplaced(named);
    for (const client of clients) {
      const why = whyOdd(client, mine(client), orders) ?? whyUnproven(client, mine(client), orders, this.#documents.isPlanSealed(client));
      if (why) found.set(client._id, why);
    }
    return found;
  }
}

interface Suspicion {
  sentence: string;
  /** True if an action of its agency would explain it. */
  isGift?: boolean;
  /** True if it has no seal that would prove it. */
  isOld?: boolean;
}

/** Reads these orders, and those that brought the plans they replaced. */
async function withReplaced(ids: readonly string[]): Promise<Map<string, Order>> {
  const orders = new Map<string, Order>();
  for (let next = [...new Set(ids)]; next.length > 0; ) {
    const read = await readOrders(next);
    for (const order of read) orders.set(order._id, order);
    const before = read.flatMap(({ replaced }) => (replaced?.planOrderId === undefined ? [] : [replaced.planOrderId]));
    next = [...new Set(before)].filter((id) => !orders.has(id) && !next.includes(id));
  }
  return orders;
}

/** Returns why a client cannot be on its plan, according to its completed orders. */
function whyOdd(client: Client, done: readonly string[], orders: ReadonlyMap<string, Order>): Suspicion | undefined {
  const passed = new Set<string>();
  let held: HeldPlan | undefined = client;
  while (held?.planOrderId !== undefined && !passed.has(held.planOrderId)) {
    const id: string = held.planOrderId;
    const order = orders.get(id);
    if (order?.kind !== 'plan' || order.clientId !== client._id) return { sentence: `${id} put it on a plan, and is no order of it` };
    if (order.step === 'placed' || order.state === 'undone') return { sentence: `it is on the plan of ${id}, which is ${order.state}` };
    if (order.subjectId !== held.planId) return { sentence: `${id} put it on ${order.subjectId}, and it is on ${held.planId}` };
    passed.add(id);
    held = order.replaced;
  }
  // The chain ends at a gift or an older order, whose predecessor was not stored.
  const isEnd = held !== undefined && held.planId === undefined;
  const lost = isEnd ? done.find((id) => orders.get(id)?.state === 'done' && !passed.has(id)) : undefined;
  return lost === undefined ? undefined : { sentence: `it paid for ${orders.get(lost)?.subjectId} by ${lost}, which nothing replaced` };
}

/** Checks a plan that no order brought against its seal. A process older than seals leaves an outdated seal, which the journal explains. */
function whyUnproven(
  { planId, planOrderId }: Client,
  done: readonly string[],
  orders: ReadonlyMap<string, Order>,
  isSealed: boolean | undefined,
): Suspicion | undefined {
  if (isSealed) return undefined;
  if (planOrderId !== undefined) {
    const isOver = isSealed === false && orders.get(planOrderId)?.state === 'refunded';
    return isOver ? { sentence: `somebody put it on the plan of ${planOrderId}, which was refunded` } : undefined;
  }
  const isOld = isSealed === undefined;
  const isProven = isOld && (planId === undefined || done.some((id) => orders.get(id)?.subjectId === planId));
  return isProven ? undefined : { sentence: `neither an order nor its agency put it on ${planId ?? FIRST_PLAN}`, isGift: true, isOld };
}
