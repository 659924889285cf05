import { Refusal } from '../../contract/refusal.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyScope, Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { alertOfProvider } from '../journal/alerts.ts';

/** What the loops below need of a process. */
export type DueDeps = Pick<Deps, 'now' | 'draining' | 'log'>;

/** One kind of thing that is looked after when it is due, whatever its agency: open orders, rents, sources. */
export interface DueWork<Item extends AgencyScope> {
  /** Names the log lines: `<name>.waits` and `<name>.failed`. */
  name: string;
  /**
   * Takes the item that has been due longest for this process alone until `leaseUntil`. Business time.
   * @param but agencies that are passed over
   */
  claim(now: Date, leaseUntil: Date, but: readonly string[]): Promise<Item | null>;
  /** How long a claim lasts, in milliseconds: longer than looking after one item may take. */
  leaseMs: number;
  lookAfter(item: Item): Promise<void>;
  /** Has the item come again at `at`. Does nothing where it has moved on, or the claim ran out. */
  putOff(item: Item, at: Date): Promise<void>;
  /** How long an item rests that could not move on, in milliseconds. */
  restMs(item: Item): number;
  /** What a log line names the item by, besides its agency. */
  about(item: Item): object;
}

/** More agencies than this are not looked after side by side, not counting those that are slow. */
export const AGENCIES_AT_ONCE = 8;
/** The same, counting all of them. A slow one holds a timer and what it waits for, and leaves the database alone meanwhile. */
export const AGENCIES_MAX = 100;
/** An item that takes longer than this, in milliseconds of real time, waits for somebody outside, and nobody waits for it. */
export const SLOW_MS = 3_000;

/** What this process is looking after, by agency. */
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

  /** Resolves when everything is done. */
  async done(): Promise<void> {
    await Promise.all([...this.#quick.values(), ...this.#slow.values()]);
  }
}

/** Doubles the rest with each check, from `firstMs` up to `mostMs`, in milliseconds. */
export const backOff = (checks: number, firstMs: number, mostMs: number): number =>
  Math.min(firstMs * 2 ** Math.min(Math.max(checks, 0), 20), mostMs);

/**
 * Begins to look after what is due: one item of each agency at a time, so that a silent provider delays its own agency alone. Whatever an
 * item throws is caught, logged and put off, so that it delays nobody else either.
 * @param underWay what is being looked after; an item leaves it when it is done, and `freed` is called
 * @returns how many items were begun
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

/** Looks after all that is due now, at most so many items, and waits for it. @returns how many items were looked after */
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

/** Never throws: an item that cannot be put off comes again when its claim runs out. */
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
 * Does the same for each of many things. One that fails is logged as `<name>.failed` and does not keep the others from their turn.
 * @returns how many failed
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
