import { Refusal, refuse } from '../../contract/refusal.ts';
import { type OwnerScope, ownerOf } from '../../models/source.ts';
import type { Deps, WebPage } from '../../ports/index.ts';
import { createBudget } from '../limits/limits.ts';

/** An address to add. */
export interface WantedPage {
  url: string;
  /** The field that names it. */
  param: string;
}

const HOUR_SECONDS = 3600;
const KILOBYTE = 1024;

const budgetOf = (name: string, count: number) => createBudget({ name, count, seconds: HOUR_SECONDS });
/** Bounds the pages, and their kilobytes, that are read in an hour: a client of an agency may be anybody, and pay nothing. */
const budgets = {
  owner: { pages: budgetOf('pages/owner', 200), kilobytes: budgetOf('page-bytes/owner', 200_000) },
  agency: { pages: budgetOf('pages/agency', 2_000), kilobytes: budgetOf('page-bytes/agency', 1_000_000) },
};
/** How many requests of one process read pages at a time. */
const atOnce = { owner: 2, agency: 8, all: 32 };
const AGAIN_SECONDS = 10;

/** Counts the requests that read at this moment, by owner, agency and in all. */
const readers = new Map<string, number>();

/**
 * Reads the pages to add, one after the other, and stops at the first that cannot be read.
 * Refuses with `knowledge.url_blocked`, and with `rate.limited` where too much is read for the same client or agency.
 * @param signal ends with the request: nothing is read for a page that is closed
 * @returns the pages by their addresses
 */
export async function readPages(
  scope: OwnerScope,
  wanted: readonly WantedPage[],
  { web, signal }: { web: Deps['web']; signal: AbortSignal },
): Promise<Map<string, WebPage>> {
  const pages = new Map<string, WebPage>();
  if (wanted.length === 0) return pages;
  const agency = `${scope.agencyId}/${scope.world}`;
  const owner = `${agency}/${ownerOf(scope)}`;
  const leave = enterReader({ owner, agency, all: '' });
  let bytes = 0;
  const counted = (more: number) => {
    bytes += more;
  };
  try {
    await budgets.owner.pages.take(owner, wanted.length);
    await budgets.agency.pages.take(agency, wanted.length);
    for (const { url, param } of wanted) {
      await budgets.owner.kilobytes.take(owner, 0);
      await budgets.agency.kilobytes.take(agency, 0);
      pages.set(url, await readPage(url, param, { web, signal, counted }));
      await spend();
    }
  } finally {
    leave();
    await spend();
  }
  return pages;

  async function spend(): Promise<void> {
    const kilobytes = Math.ceil(bytes / KILOBYTE);
    bytes = 0;
    await Promise.all([budgets.owner.kilobytes.spend(owner, kilobytes), budgets.agency.kilobytes.spend(agency, kilobytes)]);
  }
}

/** Refuses with `rate.limited` where as many requests read as may. @returns a function that lets the next request in */
function enterReader(names: Record<keyof typeof atOnce, string>): () => void {
  const entries = (Object.keys(atOnce) as (keyof typeof atOnce)[]).map((who) => ({ name: `${who} ${names[who]}`, most: atOnce[who] }));
  const isFull = entries.some(({ name, most }) => (readers.get(name) ?? 0) >= most);
  if (isFull) refuse('rate.limited', { values: { seconds: AGAIN_SECONDS } });
  for (const { name } of entries) readers.set(name, (readers.get(name) ?? 0) + 1);
  return () => {
    for (const { name } of entries) {
      const left = (readers.get(name) ?? 1) - 1;
      if (left > 0) readers.set(name, left);
      else readers.delete(name);
    }
  };
}

interface Reading {
  web: Deps['web'];
  signal: AbortSignal;
  counted(bytes: number): void;
}

async function readPage(url: string, param: string, { web, signal, counted }: Reading): Promise<WebPage> {
  try {
    return await web.read(url, { signal, counted });
  } catch (error) {
    if (signal.aborted) return refuse('server.busy', { cause: 'whoever asked is gone' });
    if (!(error instanceof Refusal)) throw error;
    throw error.at(param);
  }
}
