import { setTimeout as wait } from 'node:timers/promises';
import type { OperationName, Output } from '../../api/contract/index.ts';
import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import type { Agency, Reply } from '../support/agency.ts';
import type { Page } from '../support/page.ts';
import type { Tally } from './tally.ts';
import type { ChaosWorld } from './world.ts';

/** As long as a page goes on with what a person wanted. */
const PERSISTENCE_MS = 60_000;

/** What is sent back, by how the dice fell. */
const returnNames: readonly [below: number, name: string][] = [
  [0.3, 'refunded in part'],
  [0.5, 'refunded in full'],
  [0.65, 'refund failed'],
  [0.75, 'disputed'],
  [0.9, 'dispute won'],
  [1, 'dispute lost'],
];

export interface LoadOptions {
  world: ChaosWorld;
  agency: Agency;
  seed: number;
  tally: Tally;
}

/** One person and the agency's server behind it, doing things one after the other until it is told to stop. */
export class Actor {
  /** Milli-credits that were acknowledged, by what they were for. */
  readonly acknowledged = new Map<string, number>();
  readonly #options: LoadOptions;
  readonly #name: string;
  readonly #dice: () => number;
  #page!: Page;
  #steps = 0;
  #isVerified = false;
  #isStopping = false;

  constructor(options: LoadOptions, name: string) {
    this.#options = options;
    this.#name = name;
    this.#dice = chance(options.seed, name);
  }

  get clientId(): string {
    return this.#page.clientId;
  }

  /** No more new things; what was begun is still seen to its end. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Signs up and goes on until it is told to stop. */
  async live(): Promise<void> {
    await this.#signUp();
    while (!this.#isStopping) {
      const dice = this.#dice();
      if (!this.#isVerified) await this.#verify();
      if (dice < 0.4) await this.#buy();
      else if (dice < 0.75) await this.#call();
      else if (dice < 0.79) await this.#give();
      else if (dice < 0.93) this.#sendBack();
      else await this.#repeatEvent();
      await wait(20 + this.#dice() * 80);
    }
  }

  /** The same request with the same key, until there is a final answer. */
  async #persist<Name extends OperationName>(
    about: Name,
    send: (key: string) => Promise<Reply<Output<Name>>>,
  ): Promise<Reply<Output<Name>>> {
    const key = `${this.#name}-${this.#steps++}-${this.#options.seed}`;
    let last = 'nothing';
    for (const deadline = Date.now() + PERSISTENCE_MS; Date.now() < deadline; ) {
      const reply = await send(key).catch(() => undefined); // cut off
      const isFinal = reply && reply.status < 500 && (reply.body as { error?: { code: string } }).error?.code !== 'idempotency.in_progress';
      if (isFinal) return reply;
      last = JSON.stringify(reply?.body) ?? 'nothing';
      this.#options.tally.count(`${about} repeated`);
      await wait(100 + this.#dice() * 200);
    }
    throw new Error(`${about} never got a final answer, at last ${last}`);
  }

  async #signUp(): Promise<void> {
    this.#page = await this.#options.agency.openPage();
    const form = this.#page.form({ email: `${this.#name}-${this.#options.seed}@example.test` });
    const { status, body } = await this.#persist('accounts.signUp', (key) =>
      this.#page.try('accounts.signUp', form, { 'idempotency-key': key }),
    );
    if (status !== 200) throw new Error(`sign-up: ${JSON.stringify(body)}`);
    this.#page.email = form.email;
    this.#page.clientId = body.account.clientId;
    this.#page.token = body.session.token;
    this.#options.tally.count('signed up');
  }

  async #verify(): Promise<void> {
    const mails = this.#options.world.sandbox.mail.list(this.#page.email).map(({ text }) => /#wl-verify=([\w.-]+)/.exec(text)?.[1]);
    const token = mails.find((found) => found !== undefined);
    if (!token) return;
    const { status } = await this.#persist('accounts.verifyEmail', () => this.#page.try('accounts.verifyEmail', { token }));
    this.#isVerified = true;
    if (status === 200) this.#options.tally.count('confirmed');
  }

  async #buy(): Promise<void> {
    const { stripe } = this.#options.world.sandbox;
    const { body: offer } = await this.#persist('credits.packages', () => this.#page.try('credits.packages', {}));
    const input = { packageId: offer.packages[0]?.id ?? '', returnUrl: this.#page.returnUrl };
    const { status, body } = await this.#persist('credits.checkout', (key) =>
      this.#page.try('credits.checkout', input, { 'idempotency-key': key }),
    );
    if (status !== 200) return this.#options.tally.count(`checkout refused ${status}`);
    const dice = this.#dice();
    if (dice < 0.1) return this.#options.tally.count('page left');
    if (dice < 0.15) stripe.expire(body.sessionId);
    else if (dice < 0.3) stripe.pay(body.sessionId, 'delayed');
    else stripe.pay(body.sessionId);
    if (dice >= 0.15 && dice < 0.25) stripe.settle(body.sessionId, dice < 0.22 ? 'succeeded' : 'failed');
    if (dice > 0.6) await this.#persist('purchases.read', () => this.#page.try('purchases.read', { purchaseId: body.purchaseId }));
    this.#options.tally.count('paid, or not');
  }

  async #call(): Promise<void> {
    const [callId, seconds] = [`${this.#name}-call-${this.#steps}`, 1 + Math.floor(this.#dice() * 1200)];
    const input = { clientId: this.clientId, callId, seconds };
    const { status, body } = await this.#persist('usage.record', () => this.#options.agency.try('usage.record', input));
    this.#options.tally.count(status === 200 ? 'called' : 'call refused');
    if (status === 200) this.acknowledged.set(`usage.record/${callId}`, -body.costMillis);
  }

  async #give(): Promise<void> {
    const { status, body } = await this.#persist('credits.recharge', (key) =>
      this.#options.agency.try('credits.recharge', { clientId: this.clientId, amountMillis: 5000 }, { 'idempotency-key': key }),
    );
    if (status === 200) this.acknowledged.set(body.transferId.split('/').slice(2).join('/'), 5000);
  }

  /** The agency refunds, or a bank disputes, a part or all of something that this person paid. */
  #sendBack(): void {
    const { stripe } = this.#options.world.sandbox;
    const mine = stripe.sessions().filter((one) => one.customer_email === this.#page.email && one.payment_status === 'paid');
    const session = mine[Math.floor(this.#dice() * mine.length)];
    if (!session) return;
    const [dice, { tally }] = [this.#dice(), this.#options];
    try {
      if (dice < 0.3) stripe.refund(session.id, 100 + Math.floor(this.#dice() * 1500));
      else if (dice < 0.5) stripe.refund(session.id);
      else if (dice < 0.65) stripe.failRefund(stripe.refund(session.id, 500, 'pending').id);
      else if (dice < 0.75) stripe.dispute(session.id);
      else stripe.closeDispute(stripe.dispute(session.id).id, dice < 0.9 ? 'won' : 'lost');
      tally.count(returnNames.find(([below]) => dice < below)?.[1] ?? '');
    } catch {
      // Nothing is left of that payment, as Stripe says itself.
    }
  }

  async #repeatEvent(): Promise<void> {
    const { stripe } = this.#options.world.sandbox;
    const events = stripe.events();
    const event = events[Math.floor(this.#dice() * events.length)];
    if (!event) return;
    await stripe.deliver(event.id, 3);
    this.#options.tally.count('event three times at once');
  }
}
