import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import Stripe from 'stripe';
import type { Input, Output } from '../../../api/contract/index.ts';
import { postingOn, readEntries } from '../../../api/models/entry.ts';
import type { Agency } from '../../support/agency.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';

type Choice = Omit<Input<'credits.checkout'>, 'returnUrl'>;
type Bought = Output<'credits.checkout'>;

/** An API, an agency that takes money, and a Stripe whose events wait until a test delivers them. */
export class Shop {
  readonly api: TestApi;
  readonly agency: Agency;

  private constructor(api: TestApi, agency: Agency) {
    this.api = api;
    this.agency = agency;
  }

  static async open(settings: Parameters<TestApi['createAgency']>[0] = {}): Promise<Shop> {
    const api = await startApi();
    api.sandbox.stripe.pauseDeliveries();
    return new Shop(api, await api.createAgency(settings));
  }

  get stripe() {
    return this.api.sandbox.stripe;
  }

  /** Opens the agency's Stripe account with Stripe's SDK. */
  account({ stripeSecret }: Pick<Agency, 'stripeSecret'> = this.agency): Stripe {
    const { hostname, port } = new URL(this.api.sandbox.url);
    return new Stripe(stripeSecret, { host: hostname, port, protocol: 'http', telemetry: false });
  }

  /** Opens a client of the agency that has nothing yet. */
  async client(agency = this.agency): Promise<Page> {
    const page = await agency.openPage();
    await page.enter();
    return page;
  }

  /** Opens a client that has chosen a password, and is asked to confirm its address. */
  async signUp(): Promise<Page> {
    const page = await this.agency.openPage();
    await page.signUp();
    return page;
  }

  /** Opens the checkout page, by default for the first package. */
  async order(page: Page, choice?: Choice): Promise<Bought> {
    const { packages } = await page.call('credits.packages', {});
    return page.call('credits.checkout', { ...(choice ?? { packageId: packages[0]?.id ?? '' }), returnUrl: page.returnUrl });
  }

  /**
   * Delivers the newest event of this type about a session.
   * @returns the webhook's answers
   */
  async deliver(sessionId: string, type: string, times = 1): Promise<(number | null)[]> {
    const event = this.stripe.events().findLast((one) => one.type === `checkout.session.${type}` && one.data.object.id === sessionId);
    assert(event, `there is no ${type} of ${sessionId}`);
    return (await this.stripe.deliver(event.id, times)).map(({ status }) => status);
  }

  /**
   * Delivers all of Stripe's events of an object, each so many times at once. One that nobody answered in time comes again, as at Stripe: a
   * busy machine may stand still for longer than Stripe waits.
   */
  async tell(objectId: string, times = 1): Promise<void> {
    for (const { id } of this.stripe.events().filter(({ data }) => data.object.id === objectId)) {
      const answers = await this.stripe.deliver(id, times);
      const inTime = answers.filter(({ status }) => status !== null);
      const again = inTime.length < answers.length ? await this.stripe.deliver(id, times) : [];
      for (const { status } of [...inTime, ...again]) assert.equal(status, 200);
    }
  }

  async state(page: Page, { purchaseId }: Bought): Promise<Output<'purchases.read'>['state']> {
    return (await page.call('purchases.read', { purchaseId })).state;
  }

  /** Lists the milli-credits of every entry on the client's account, newest first. */
  async entries(page: Page): Promise<number[]> {
    const { entries } = await page.call('credits.statement', {});
    return entries.map(({ amount }) => amount);
  }

  /** Lists the same by the client's id, in any world, straight from the ledger. */
  async entriesOf(clientId: string): Promise<number[]> {
    const client = await mongoose.connection.collection('clients').findOne({ _id: clientId as never });
    const scope = { agencyId: client?.agencyId, world: client?.world };
    const account = `client.${client?.subject}`;
    const transfers = await readEntries(scope, account, { limit: 100 });
    return transfers.map((transfer) => postingOn(transfer, account).amount);
  }

  async fees(agency = this.agency): Promise<number> {
    return (await agency.call('agency.read', {})).fees.reduce((sum, { owedCents }) => sum + owedCents, 0);
  }

  /** Lists the log lines with this sentence. */
  logged(sentence: string): Record<string, unknown>[] {
    return this.api.logs.map((line) => JSON.parse(line)).filter(({ msg }) => String(msg).includes(sentence));
  }
}
