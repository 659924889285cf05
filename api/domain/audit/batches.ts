import type { FindingPlace, Findings } from './findings.ts';

/** A look-up in batches, for one check. */
export interface LookUp<Item> {
  findings: Findings;
  /** The check that reports an item that cannot be looked up. */
  name: string;
  placeOf(item: Item): FindingPlace;
  work(items: readonly Item[]): Promise<void>;
}

const AT_ONCE = 500;

/** Collects items to look up. An unreadable one does not stop the others. */
export class Batches<Item> {
  readonly #items: Item[] = [];
  readonly #lookUp: LookUp<Item>;

  constructor(lookUp: LookUp<Item>) {
    this.#lookUp = lookUp;
  }

  async add(...items: readonly Item[]): Promise<void> {
    this.#items.push(...items);
    if (this.#items.length >= AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const { findings, name, placeOf, work } = this.#lookUp;
    const items = this.#items.splice(0);
    if (items.length === 0) return;
    try {
      await work(items);
    } catch {
      for (const item of items) await findings.note(name, placeOf(item), () => work([item]));
    }
  }
}

/** Looks up all items. */
export async function lookUpAll<Item>(items: AsyncIterable<Item> | Iterable<Item>, lookUp: LookUp<Item>): Promise<void> {
  const batches = new Batches(lookUp);
  for await (const item of items) await batches.add(item);
  await batches.flush();
}
