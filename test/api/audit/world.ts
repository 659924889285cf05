import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { registerUpTo } from '../../../api/domain/audit/make-registers.ts';
import { auditWhole, type WholeReport } from '../../../api/domain/audit/whole.ts';
import { accessTo } from '../../../api/domain/directory/directory.ts';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { placeOrder, refundOrder } from '../../../api/domain/orders/orders.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { type Client, readClientsBy, scopeOf } from '../../../api/models/client.ts';
import type { Register } from '../../../api/models/register.ts';
import type { Posting, Transfer } from '../../../api/models/transfer.ts';
import { HOUR_MS, later } from '../../../api/rules/time.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { buy, plan } from '../numbers/shop.ts';
import { large } from '../orders/plan-world.ts';
import { Shop } from '../payments/shop.ts';

const MONTH_SECONDS = 30 * 24 * 3600;

/** An API whose agency has moved credits in every way, all of it registered. */
export class AuditedWorld {
  readonly shop: Shop;
  readonly other: Agency;
  rich!: Client;
  poor!: Client;
  /** Ordered a plan, and gave a number up. */
  mover!: Client;
  bought!: { purchaseId: string; sessionId: string };
  refunded!: { purchaseId: string; sessionId: string };
  orders!: { done: string; undone: string; refunded: string; plan: string };

  private constructor(shop: Shop, other: Agency) {
    this.shop = shop;
    this.other = other;
  }

  static async open(): Promise<AuditedWorld> {
    const shop = await Shop.open({ plan: { ...plan, freeMillis: 10_000 } });
    await shop.agency.call('agency.update', { plans: [large] });
    const world = new AuditedWorld(shop, await shop.api.createAgency({ stripe: false }));
    await world.#live();
    await world.register();
    // A later action, which names the register and is part of the next one.
    await shop.agency.allocate(world.poor._id, 500);
    await world.register();
    await shop.agency.allocate(world.poor._id, 500);
    return world;
  }

  get seals() {
    return sealsOf(this.shop.api.deps.keys);
  }

  async #live(): Promise<void> {
    const { shop, other } = this;
    const { agency } = shop;
    const rich = await shop.signUp();
    const poor = await shop.client();
    await this.#confirm(rich);
    await agency.allocate(rich.clientId, 100_000);
    await agency.call('credits.recharge', { clientId: poor.clientId, amountMillis: 1000 });
    const stranger = await other.openPage();
    await stranger.enter();
    await other.allocate(stranger.clientId, 5000);
    this.bought = await this.#buy(rich);
    this.refunded = await this.#buy(rich);
    await shop.tell(shop.stripe.refund(this.refunded.sessionId, 1600).id);
    const disputed = await this.#buy(rich);
    await shop.tell(shop.stripe.dispute(disputed.sessionId).id);
    await this.#order(rich);
    await this.#call(rich);
    [this.rich, this.poor] = (await readClientsBy('_id', [rich.clientId, poor.clientId])).toSorted(
      (a, b) => Number(b._id === rich.clientId) - Number(a._id === rich.clientId),
    ) as [Client, Client];
  }

  /** Confirms the e-mail, so that the free credits come. */
  async #confirm(page: Page): Promise<void> {
    const { text } = await this.shop.api.sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
    await page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  }

  async #buy(page: Page): Promise<{ purchaseId: string; sessionId: string }> {
    const { purchaseId, sessionId } = await this.shop.order(page);
    this.shop.stripe.pay(sessionId);
    assert.deepEqual(await this.shop.deliver(sessionId, 'completed'), [200]);
    return { purchaseId, sessionId };
  }

  /** One call that was only reported, one that was held and ended, and one that is still running. */
  async #call({ clientId }: Page): Promise<void> {
    const { agency } = this.shop;
    await agency.call('usage.record', { clientId, callId: 'reported', seconds: 61 });
    await agency.call('usage.record', { clientId, callId: 'free', seconds: 30 });
    await agency.call('calls.start', { clientId, callId: 'ended', seconds: 600 });
    await agency.call('calls.end', { clientId, callId: 'ended', seconds: 90 });
    await agency.call('calls.start', { clientId, callId: 'running', seconds: 14_400 });
    assert.equal(codeOf(await agency.try('calls.start', { clientId, callId: 'refused', seconds: 14_400 })), 'credits.insufficient');
  }

  /** A number with a paid second month, an order that was not delivered, and a refunded one. */
  async #order(page: Page): Promise<void> {
    const { api, agency } = this.shop;
    const used = api.sandbox.twilio.createAccount(agency.slug, { numbers: 3 });
    await agency.call('integrations.connectTelephony', { accountSid: used.sid, authToken: used.authToken });
    const { orderId: done } = await buy(page);
    api.sandbox.clock.advance(MONTH_SECONDS);
    await collectRents(api.deps, 100);
    const opened = accessTo((await agencyById(agency.id)) ?? assert.fail('there is the agency'), 'test');
    const [client] = await readClientsBy('_id', [page.clientId]);
    const ware = { kind: 'plan' as const, name: 'A plan', item: {}, subjectId: 'pln_nowhere', priceMillis: 2000 };
    const placement = { orderId: 'ord_undone', memberId: 'mem_1', ware, pay: 'credits' as const };
    const undone = await placeOrder(opened, scopeOf(client as Client), placement, api.deps);
    assert.equal(undone.state, 'undone');
    const { plans } = await agency.call('agency.read', {});
    const [{ id: planId = '', priceMillis = 0 } = {}] = plans;
    const chosen = await page.call('plans.choose', { planId, priceMillis });
    assert.equal(chosen.state, 'done');
    await refundOrder(opened.scope, chosen.orderId, { code: 'plan.not_found', at: api.deps.now() }, api.deps);
    this.orders = { done, undone: undone._id, refunded: chosen.orderId, plan: await this.#move(planId, priceMillis) };
  }

  /** A client that got a plan, ordered another, and gave a number up. */
  async #move(planId: string, priceMillis: number): Promise<string> {
    const { agency } = this.shop;
    const page = await this.shop.client();
    const { clientId } = page;
    await agency.allocate(clientId, 100_000);
    await agency.call('plans.assign', { clientId, planId: 'pln_standard' });
    await buy(page);
    const { numbers } = await page.call('numbers.list', {});
    for (const { id: numberId, number } of numbers) await page.call('numbers.release', { numberId, lastDigits: number.slice(-4) });
    const { orderId, state } = await page.call('plans.choose', { planId, priceMillis });
    assert.equal(state, 'done');
    this.mover = (await readClientsBy('_id', [clientId]))[0] ?? assert.fail('there is the client');
    return orderId;
  }

  /** Registers everything up to now, but nothing that other tests forged for the future. */
  register(): Promise<Register[]> {
    return registerUpTo(new Date(), this.seals);
  }

  /** Runs the whole audit two hours later, so that no finding is merely in progress. */
  async audit(): Promise<WholeReport> {
    const real = later(new Date(), 2 * HOUR_MS);
    return auditWhole({ seals: this.seals, business: this.shop.api.deps.now(), real });
  }

  nameOf(name: string): string {
    return `${this.shop.agency.id}/test.0/${name}`;
  }

  /** Reads a client's entries, newest first. */
  async entriesOf({ subject }: Client): Promise<Transfer[]> {
    const account = `client.${subject}`;
    const found = await rows('transfers').find({ 'postings.account': account }).toArray();
    const seqOf = ({ postings }: Row) => (postings as Posting[]).find((posting) => posting.account === account)?.seq ?? 0;
    return found.toSorted((a, b) => seqOf(b) - seqOf(a)) as unknown as Transfer[];
  }
}

/** Any document, as somebody with access to the database sees it. */
export interface Row {
  _id: string | number;
  [field: string]: unknown;
}

/** Returns a collection without any of our rules. */
export const rows = (name: string) => mongoose.connection.collection<Row>(name);

const names = ['agencies', 'clients', 'grants', 'holds', 'journals', 'orders', 'phonenumbers', 'purchases', 'registers', 'transfers'];

/**
 * Remembers every document.
 * @returns a function that restores them
 */
export async function snapshot(): Promise<() => Promise<void>> {
  const saved = await Promise.all(names.map(async (name) => [name, await rows(name).find().toArray()] as const));
  return async () => {
    for (const [name, documents] of saved) {
      await rows(name).deleteMany({});
      if (documents.length > 0) await rows(name).insertMany(documents);
    }
  };
}
