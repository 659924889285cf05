import { Refusal } from '../../contract/refusal.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyScope, Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { alertOfProvider } from '../journal/alerts.ts';

/** The parts of a process that the loops below need. */
export type DueDeps = Pick<Deps, 'now' | 'draining' | 'log'>;

/** A kind of item that is handled when it is due, for all agencies: open orders, rents, sources. */
export interface DueWork<Item extends AgencyScope> {
  /** Begins the log lines: `<name>.waits` and `<name>.failed`. */
  name: string;
  /**
   * Claims the longest due item for this process until `leaseUntil`. Business time.
   * @param but agencies to skip
   */
  claim(now: Date, leaseUntil: Date, but: readonly string[]): Promise<Item | null>;
  /** Duration of a claim in milliseconds: longer than handling one item may take. */
  leaseMs: number;
  lookAfter(item: Item): Promise<void>;
  /** Makes the item due again at `at`. Does nothing if it has moved on or the claim has expired. */
  putOff(item: Item, at: Date): Promise<void>;
  /** Pause of an item that could not move on, in milliseconds. */
  restMs(item: Item): number;
  /** Identifies the item in log lines, besides its agency. */
  about(item: Item): object;
}

/** Agencies handled in parallel, without slow ones. */
export const AGENCIES_AT_ONCE = 8;
/**
 * Agencies handled in parallel, slow ones included. A slow one holds a timer and its pending call, and does not use the database meanwhile.
 */
export const AGENCIES_MAX = 100;
/**
 * After this time, in milliseconds of real time, an item counts as slow: it waits for a provider, and other agencies do not wait for it.
 */
export const SLOW_MS = 3_000;

/** Work in progress in this process, by agency. */
export class UnderWay {
  readonly #quick = new Map<string, Promise<void>>();
  readonly #slow = new Map<string, Promise<void>>();

  get size(): number {
    return this.#quick.size + this.#slow.size;
  }

  get agencies(): string[] {
    return [...this.#quick.keys(), ...this.#slow.keys()];
  }

  get hasRoom(): boolean {
    return this.#quick.size < AGENCIES_AT_ONCE && this.size < AGENCIES_MAX;
  }

  /** @param freed called when there may be room again */
  add(agencyId: string, work: Promise<void>, freed: () => void): void {
    const done = work.finally(() => {
      clearTimeout(slow);
      this.#quick.delete(agencyId);
      this.#slow.delete(agencyId);
      freed();
    });
    const slow = setTimeout(() => {
      this.#quick.delete(agencyId);
      this.#slow.set(agencyId, done);
      freed();
    }, SLOW_MS);
    this.#quick.set(agencyId, done);
  }

  /** Resolves when all work is done. */
  async done(): Promise<void> {
    await Promise.all([...this.#quick.values(), ...this.#slow.values()]);
  }
}

/** Returns a pause that doubles with each check, from `firstMs` up to `mostMs`, in milliseconds. */
export const backOff = (checks: number, firstMs: number, mostMs: number): number =>
  Math.min(firstMs * 2 ** Math.min(Math.max(checks, 0), 20), mostMs);

/**
 * Starts to handle due items: one of each agency at a time, so that a silent provider only delays its own agency. Errors are caught, logged
 * and put off, so that they delay no other item either.
 * @param underWay work in progress; an item leaves it when it is done, and `freed` is called
 * @returns the number of items started
 */
export async function beginDue<Item extends AgencyScope>(
  work: DueWork<Item>,
  { deps, underWay, most, freed = () => {} }: { deps: DueDeps; underWay: UnderWay; most: number; freed?: () => void },
): Promise<number> {
  let begun = 0;
  while (begun < most && underWay.hasRoom && !deps.draining.aborted) {
    const now = deps.now();
    const item = await work.claim(now, later(now, work.leaseMs), underWay.agencies);
    if (!item) break;
    underWay.add(item.agencyId, lookAfter(work, item, deps), freed);
    begun += 1;
  }
  return begun;
}

/**
 * Handles all items due now, at most `most`, and waits for them.
 * @returns the number of items handled
 */
export async function workThrough<Item extends AgencyScope>(work: DueWork<Item>, deps: DueDeps, most = 100): Promise<number> {
  const underWay = new UnderWay();
  let begun = 0;
  let freed = () => {};
  for (;;) {
    const passesNobodyOver = underWay.size === 0;
    const room = new Promise<void>((resolve) => (freed = resolve));
    const more = await beginDue(work, { deps, underWay, most: most - begun, freed: () => freed() });
    begun += more;
    if (passesNobodyOver && more === 0) return begun;
    if (underWay.size > 0) await room;
  }
}

/** Handles one item. Never throws: an item that cannot be put off is due again when its claim expires. */
async function lookAfter<Item extends AgencyScope>(work: DueWork<Item>, item: Item, deps: DueDeps): Promise<void> {
  const about = { agencyId: item.agencyId, ...work.about(item) };
  try {
    await work.lookAfter(item);
  } catch (error) {
    if (error instanceof Refusal)
      deps.log.info({ ...about, code: error.code, cause: describeCause(error.cause) }, `${work.name}.waits: it is tried again later`);
    else deps.log.error({ ...about, err: error }, `${work.name}.failed: it is tried again later`);
    await alertOfProvider(item, error, deps);
  }
  try {
    await work.putOff(item, later(deps.now(), work.restMs(item)));
  } catch (error) {
    deps.log.error({ ...about, err: error }, `${work.name}.failed: it is tried again when its claim runs out`);
  }
}

/**
 * Handles many items. A failed one is logged as `<name>.failed` and does not stop the others.
 * @returns the number of failed ones
 */
export async function forEach<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { name, about, deps }: { name: string; about(item: Item): object; deps: Pick<Deps, 'draining' | 'log'> },
  each: (item: Item) => Promise<void>,
): Promise<number> {
  let failed = 0;
  for await (const item of items) {
    if (deps.draining.aborted) return failed;
    try {
      await each(item);
    } catch (error) {
      failed += 1;
      deps.log.error({ ...about(item), err: error }, `${name}.failed: it is tried again later`);
    }
  }
  return failed;
}
