import { setTimeout as wait } from 'node:timers/promises';
import { contract, type Input, type Operation, type OperationName, type Output } from '../../api/contract/index.ts';
import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import type { Sandbox } from '../../demo-site/sandbox/start.ts';
import type { Agency } from '../support/agency.ts';
import { call, type Reply, type Sent } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import type { Tally } from './tally.ts';

/** How long a page repeats a request: longer than any machine needs to start both processes. */
const PERSISTENCE_MS = 120_000;
/** Milli-credits that the agency gives everybody at first, and again once they are used. */
const GIFT_MILLIS = 100_000;

export interface Surroundings {
  sandbox: Sandbox;
  agency: Agency;
  seed: number;
  tally: Tally;
}

/** Sends requests and parts of files until there is a final answer: for the person, or for the agency itself. */
export interface Asker {
  ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>>;
  sendPart(input: Input<'knowledge.upload'>, part: string): Promise<Reply<Output<'knowledge.upload'>>>;
}

export const codeOf = ({ body }: { body: unknown }): string | undefined => (body as { error?: { code: string } } | undefined)?.error?.code;

/** A visitor of the agency's page, with the agency's server behind it. Unanswered requests are repeated. */
export class Person implements Asker {
  /** Acknowledged milli-credits, by transfer. */
  readonly acknowledged = new Map<string, number>();
  /** Orders reported as finished, with their states. */
  readonly ended = new Map<string, Output<'orders.read'>['state']>();
  /** Own numbers acknowledged as verified, by their ids, and released numbers. */
  readonly proven = new Map<string, string>();
  readonly released = new Set<string>();
  /** Sources acknowledged as added, and deleted sources, those of the agency included. */
  readonly added = new Set<string>();
  readonly deleted = new Set<string>();
  /** The agency's server, acting for the agency itself. */
  readonly agency: Asker = {
    ask: (name, input) => this.askAsAgency(name, input),
    sendPart: (input, part) =>
      this.#persist('knowledge.upload', () => this.#postPart(input, part, { key: this.#around.agency.keys.test.secret })),
  };
  readonly dice: () => number;
  readonly sandbox: Sandbox;
  readonly #around: Surroundings;
  readonly #name: string;
  #page!: Page;
  #steps = 0;
  #isVerified = false;

  constructor(around: Surroundings, name: string) {
    this.#around = around;
    this.#name = name;
    this.sandbox = around.sandbox;
    this.dice = chance(around.seed, name);
  }

  get email(): string {
    return this.#page.email;
  }

  get clientId(): string {
    return this.#page.clientId;
  }

  get returnUrl(): string {
    return this.#page.returnUrl;
  }

  count(what: string): void {
    this.#around.tally.count(what);
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.dice() * list.length)];
  }

  /** Returns a unique name. */
  newName(): string {
    this.#steps += 1;
    return `${this.#name}-${this.#steps}-${this.#around.seed}`;
  }

  /** Sends a request of the page, until any final answer. */
  ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>> {
    const { repeatable }: Operation = contract[name];
    const headers = repeatable ? { 'idempotency-key': this.newName() } : {};
    return this.#persist(name, () => this.#page.try(name, input, headers));
  }

  /** Sends a request of the agency's server. */
  askAsAgency<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>> {
    const { repeatable }: Operation = contract[name];
    const headers = repeatable ? { 'idempotency-key': this.newName() } : {};
    return this.#persist(name, () => this.#around.agency.try(name, input, headers));
  }

  /** Sends a part of a file from the page. */
  sendPart(input: Input<'knowledge.upload'>, part: string): Promise<Reply<Output<'knowledge.upload'>>> {
    return this.#persist('knowledge.upload', () => this.#postPart(input, part, { key: this.#page.token, origin: this.#page.origin }));
  }

  #postPart(
    input: Input<'knowledge.upload'>,
    body: string,
    sender: Pick<Sent, 'key' | 'origin'>,
  ): Promise<Reply<Output<'knowledge.upload'>>> {
    const { url, keys } = this.#around.agency;
    const query = new URLSearchParams({ key: keys.test.publishable, sourceId: input.sourceId, offset: String(input.offset) });
    return call(`${url}/v1/knowledge.upload?${query}`, { ...sender, body, headers: { 'content-type': 'application/octet-stream' } });
  }

  /** Repeats the request with the same key until there is a final answer. */
  async #persist<Body>(about: OperationName, send: () => Promise<Reply<Body>>): Promise<Reply<Body>> {
    let last = 'nothing';
    for (const deadline = performance.now() + PERSISTENCE_MS; performance.now() < deadline; ) {
      const reply = await send().catch(() => undefined); // connection cut off
      if (reply?.status === 401 && this.#page.refreshToken !== '')
        await this.#page.refresh().catch(() => undefined); // otherwise at the next attempt
      else if (reply && reply.status < 500 && codeOf(reply) !== 'idempotency.in_progress') return reply;
      last = JSON.stringify(reply?.body) ?? 'nothing';
      this.count(`${about} repeated`);
      await wait(100 + this.dice() * 200);
    }
    throw new Error(`${about} never got a final answer, at last ${last}`);
  }

  /** Becomes a new client. */
  async signUp(): Promise<void> {
    const page = await this.#around.agency.openPage();
    const form = page.form({ email: `${this.newName()}@example.test` });
    this.#page = page;
    const { status, body } = await this.ask('accounts.signUp', form);
    if (status !== 200) throw new Error(`sign-up: ${JSON.stringify(body)}`);
    page.email = form.email;
    page.clientId = body.account.clientId;
    page.token = body.session.token;
    page.refreshToken = body.session.refreshToken ?? '';
    this.#isVerified = false;
    await this.grantCredits();
  }

  /** @returns whether this call confirmed the address */
  async confirm(): Promise<boolean> {
    const mails = this.sandbox.mail.list(this.email).map(({ text }) => /#wl-verify=([\w.-]+)/.exec(text)?.[1]);
    const token = mails.find((found) => found !== undefined);
    if (!token || this.#isVerified) return false;
    this.#isVerified = true;
    return (await this.ask('accounts.verifyEmail', { token })).status === 200;
  }

  /** Lets the agency give credits. */
  async grantCredits(): Promise<boolean> {
    const { status, body } = await this.askAsAgency('credits.recharge', { clientId: this.clientId, amountMillis: GIFT_MILLIS });
    if (status === 200) this.acknowledged.set(body.transferId.split('/').slice(2).join('/'), GIFT_MILLIS);
    return status === 200;
  }
}

/**
 * An action of a person.
 * @returns whether it succeeded; if something prevented it, it is repeated
 */
export type Action = (person: Person) => Promise<boolean>;
