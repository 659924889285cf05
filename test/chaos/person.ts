import { setTimeout as wait } from 'node:timers/promises';
import { contract, type Input, type Operation, type OperationName, type Output } from '../../api/contract/index.ts';
import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import type { Sandbox } from '../../demo-site/sandbox/start.ts';
import type { Agency } from '../support/agency.ts';
import { call, type Reply, type Sent } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import type { Tally } from './tally.ts';

/** As long as a page goes on with what a person wanted: longer than any machine needs to start both processes. */
const PERSISTENCE_MS = 120_000;
/** What the agency gives everybody to begin with, and again where it is used up. Milli-credits. */
const GIFT_MILLIS = 100_000;

export interface Surroundings {
  sandbox: Sandbox;
  agency: Agency;
  seed: number;
  tally: Tally;
}

/** Asks for something and sends parts of files, until there is a final answer: a person for itself, or the agency's server. */
export interface Asker {
  ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>>;
  sendPart(input: Input<'knowledge.upload'>, part: string): Promise<Reply<Output<'knowledge.upload'>>>;
}

export const codeOf = ({ body }: { body: unknown }): string | undefined => (body as { error?: { code: string } } | undefined)?.error?.code;

/** Somebody on the agency's page, and the agency's server behind it. Whatever is not answered is asked again until it is. */
export class Person implements Asker {
  /** Milli-credits that were acknowledged, by the transfer. */
  readonly acknowledged = new Map<string, number>();
  /** Orders that were said to be over, and how. */
  readonly ended = new Map<string, Output<'orders.read'>['state']>();
  /** Numbers of its own that were acknowledged as proven, by their ids, and numbers that it gave back. */
  readonly proven = new Map<string, string>();
  readonly released = new Set<string>();
  /** Sources that were acknowledged as added, and sources that it deleted, the agency's own among them. */
  readonly added = new Set<string>();
  readonly deleted = new Set<string>();
  /** The agency's server, where it asks for the agency itself. */
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

  /** A name that nothing else has. */
  newName(): string {
    this.#steps += 1;
    return `${this.#name}-${this.#steps}-${this.#around.seed}`;
  }

  /** As the page asks: any final answer. */
  ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>> {
    const { repeatable }: Operation = contract[name];
    const headers = repeatable ? { 'idempotency-key': this.newName() } : {};
    return this.#persist(name, () => this.#page.try(name, input, headers));
  }

  /** As the agency's server asks. */
  askAsAgency<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Reply<Output<Name>>> {
    const { repeatable }: Operation = contract[name];
    const headers = repeatable ? { 'idempotency-key': this.newName() } : {};
    return this.#persist(name, () => this.#around.agency.try(name, input, headers));
  }

  /** As the page sends a part of a file. */
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

  /** The same request with the same key, until there is a final answer. */
  async #persist<Body>(about: OperationName, send: () => Promise<Reply<Body>>): Promise<Reply<Body>> {
    let last = 'nothing';
    for (const deadline = Date.now() + PERSISTENCE_MS; Date.now() < deadline; ) {
      const reply = await send().catch(() => undefined); // cut off
      if (reply?.status === 401 && this.#page.refreshToken !== '')
        await this.#page.refresh().catch(() => undefined); // or the next time
      else if (reply && reply.status < 500 && codeOf(reply) !== 'idempotency.in_progress') return reply;
      last = JSON.stringify(reply?.body) ?? 'nothing';
      this.count(`${about} repeated`);
      await wait(100 + this.dice() * 200);
    }
    throw new Error(`${about} never got a final answer, at last ${last}`);
  }

  /** From here on it is somebody new. */
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

  /** @returns whether this very call confirmed the address */
  async confirm(): Promise<boolean> {
    const mails = this.sandbox.mail.list(this.email).map(({ text }) => /#wl-verify=([\w.-]+)/.exec(text)?.[1]);
    const token = mails.find((found) => found !== undefined);
    if (!token || this.#isVerified) return false;
    this.#isVerified = true;
    return (await this.ask('accounts.verifyEmail', { token })).status === 200;
  }

  /** The agency gives credits. */
  async grantCredits(): Promise<boolean> {
    const { status, body } = await this.askAsAgency('credits.recharge', { clientId: this.clientId, amountMillis: GIFT_MILLIS });
    if (status === 200) this.acknowledged.set(body.transferId.split('/').slice(2).join('/'), GIFT_MILLIS);
    return status === 200;
  }
}

/** Something that a person does. @returns whether it came about; what did not, because something else was in its way, is done again */
export type Action = (person: Person) => Promise<boolean>;
