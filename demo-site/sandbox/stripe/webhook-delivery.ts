import { EventEmitter } from 'node:events';
import type { Faults } from '../faults/faults.ts';
import { keepNewest, type Vault, vaultOf, type World } from '../world.ts';
import { isTaken, newDelivery, wants } from './deliveries.ts';
import type { Attempt, Delivery, Event } from './objects.ts';
import { postEvent } from './webhook.ts';

/** After so many failed attempts an event stays undelivered; it can still be read and sent again. */
const attemptsMax = 8;
const keptMost = 5000;
/** An event that should be overtaken is sent after so many gaps, or after this time, if none follows. */
const overtakenGaps = 20;
const overtakenMillisMost = 2000;

interface Options {
  world: World;
  /** The first gap between two attempts; each further one is three times as long. */
  gapMillis: number;
  changed: () => void;
  faults: Pick<Faults, 'take'>;
}

/**
 * Delivers events to the endpoints that subscribed to them, signed as Stripe signs, and repeats failed attempts with growing gaps.
 * @event attempt after each attempt, with the Delivery
 */
export class WebhookDelivery extends EventEmitter<{ attempt: [Delivery] }> {
  readonly #world: World;
  readonly #gapMillis: number;
  readonly #changed: () => void;
  readonly #faults: Options['faults'];
  /** Deliveries that wait to be overtaken. */
  readonly #held = new Set<Delivery>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #underway = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  paused = false;

  constructor({ world, gapMillis, changed, faults }: Options) {
    super();
    this.#world = world;
    this.#gapMillis = gapMillis;
    this.#changed = changed;
    this.#faults = faults;
    this.setMaxListeners(0);
  }

  /** Sends an event to every enabled endpoint of its account and mode that asked for its type. */
  send(vault: Vault, event: Event): void {
    const wanting = Object.values(vault.endpoints).filter((endpoint) => wants(endpoint, event));
    event.pending_webhooks = wanting.length;
    keepNewest(vault.events, keptMost);
    keepNewest(vault.deliveries, keptMost);
    for (const endpoint of wanting) {
      const delivery = newDelivery(event, endpoint);
      vault.deliveries[delivery.id] = delivery;
      this.#start(delivery);
    }
  }

  /** Resumes waiting deliveries, after a restart or a pause. */
  resume(): void {
    this.paused = false;
    for (const vault of this.#world.vaults) {
      for (const delivery of Object.values(vault.deliveries)) if (delivery.state === 'waiting') this.#schedule(delivery);
    }
  }

  /** Pauses all deliveries until `resume`; `deliver` still works. */
  pause(): void {
    this.paused = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /**
   * Delivers one event now to every subscribed endpoint, even while paused or after a delivery.
   * @param times parallel deliveries, to show that twice is once
   */
  async deliver(vault: Vault, event: Event, times = 1): Promise<Attempt[]> {
    for (const endpoint of Object.values(vault.endpoints).filter((one) => wants(one, event))) {
      if (this.#of(vault, event.id).some((delivery) => delivery.endpointId === endpoint.id)) continue;
      const delivery = newDelivery(event, endpoint);
      vault.deliveries[delivery.id] = delivery;
    }
    const copies = this.#of(vault, event.id).flatMap((delivery) => Array.from({ length: times }, () => delivery));
    return Promise.all(copies.map((delivery) => this.#attempt(delivery)));
  }

  /** Loses an event: its waiting deliveries never happen, like a lost webhook. */
  drop(vault: Vault, eventId: string): void {
    for (const delivery of this.#of(vault, eventId)) if (delivery.state === 'waiting') this.#end(delivery, 'dropped');
    this.#changed();
  }

  /** Stops at once: starts no further attempt, and cuts off running ones. */
  async close(): Promise<void> {
    this.pause();
    this.#closing.abort();
    await Promise.allSettled(this.#underway);
  }

  #start(delivery: Delivery): void {
    const fate = this.#faults.take('deliveries', delivery.eventType);
    if (fate?.kind === 'duplicate') delivery.copies = 2;
    if (fate?.kind === 'delay') delivery.dueAt = Date.now() + fate.millis;
    if (fate?.kind === 'reorder') {
      delivery.dueAt = Date.now() + Math.min(overtakenGaps * this.#gapMillis, overtakenMillisMost);
      this.#held.add(delivery);
    }
    if (fate?.kind === 'lost') this.#end(delivery, 'dropped');
    else this.#schedule(delivery);
  }

  /** Releases deliveries to an endpoint that another event has reached. */
  #letFollow(first: Delivery): void {
    for (const delivery of this.#held) {
      if (delivery === first || delivery.endpointId !== first.endpointId) continue;
      this.#held.delete(delivery);
      if (delivery.state !== 'waiting') continue;
      delivery.dueAt = Date.now();
      this.#schedule(delivery);
    }
  }

  #of(vault: Vault, eventId: string): Delivery[] {
    return Object.values(vault.deliveries).filter((delivery) => delivery.eventId === eventId);
  }

  #schedule(delivery: Delivery): void {
    if (this.paused || this.#closing.signal.aborted || delivery.dueAt === null) return;
    clearTimeout(this.#timers.get(delivery.id));
    const wait = Math.max(0, delivery.dueAt - Date.now());
    this.#timers.set(
      delivery.id,
      setTimeout(() => this.#attemptAll(delivery), wait),
    );
  }

  #attemptAll(delivery: Delivery): void {
    const { copies = 1 } = delivery;
    delete delivery.copies;
    for (let copy = 0; copy < copies; copy++) void this.#attempt(delivery);
  }

  #attempt(delivery: Delivery): Promise<Attempt> {
    clearTimeout(this.#timers.get(delivery.id));
    const attempt = this.#post(delivery).then((result) => this.#record(delivery, result));
    this.#underway.add(attempt);
    void attempt.finally(() => this.#underway.delete(attempt));
    return attempt;
  }

  async #post(delivery: Delivery): Promise<Attempt> {
    const vault = vaultOf(this.#world, 'deliveries', delivery.id);
    const endpoint = vault?.endpoints[delivery.endpointId];
    const event = vault?.events[delivery.eventId];
    if (!endpoint || !event) return { at: Date.now(), status: null, error: 'The endpoint was deleted.' };
    return postEvent(endpoint, event, this.#closing.signal);
  }

  #record(delivery: Delivery, attempt: Attempt): Attempt {
    // An attempt cut off by our own shutdown does not count; the next start repeats it.
    if (this.#closing.signal.aborted && attempt.status === null) return attempt;
    delivery.attempts.push(attempt);
    if (isTaken(attempt)) this.#end(delivery, 'delivered');
    else if (delivery.state === 'waiting') this.#tryAgain(delivery);
    this.#held.delete(delivery);
    this.#letFollow(delivery);
    this.#changed();
    this.emit('attempt', delivery);
    return attempt;
  }

  #tryAgain(delivery: Delivery): void {
    const tries = delivery.attempts.length;
    delivery.dueAt = Date.now() + this.#gapMillis * 3 ** (tries - 1);
    if (tries >= attemptsMax) this.#end(delivery, 'failed');
    else this.#schedule(delivery);
  }

  #end(delivery: Delivery, state: 'delivered' | 'failed' | 'dropped'): void {
    clearTimeout(this.#timers.get(delivery.id));
    this.#timers.delete(delivery.id);
    const event = vaultOf(this.#world, 'deliveries', delivery.id)?.events[delivery.eventId];
    if (event && state === 'delivered' && delivery.state !== 'delivered') event.pending_webhooks -= 1;
    delivery.state = state;
    delivery.dueAt = null;
  }
}
