import { invalid } from './refusals.ts';

interface Paging {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

interface Range {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

export interface List<T> {
  object: 'list';
  url: string;
  has_more: boolean;
  data: T[];
}

/** Returns one page of a list: newest first, 10 by default, at most 100. */
export function page<T extends { id: string }>(url: string, oldestFirst: T[], paging: Paging): List<T> {
  const { limit = 10, starting_after: after, ending_before: before } = paging;
  if (limit < 1 || limit > 100) throw invalid(`Invalid limit: must be between 1 and 100`, 'limit', 'parameter_invalid_integer');
  const all = [...oldestFirst].reverse();
  if (before !== undefined) {
    const end = indexOf(all, before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', url, has_more: start > 0, data: all.slice(start, end) };
  }
  const start = after === undefined ? 0 : indexOf(all, after, 'starting_after') + 1;
  return { object: 'list', url, has_more: all.length > start + limit, data: all.slice(start, start + limit) };
}

function indexOf(all: { id: string }[], id: string, param: string): number {
  const index = all.findIndex((item) => item.id === id);
  if (index < 0) throw invalid(`No such object: '${id}'`, param, 'resource_missing');
  return index;
}

/** Tells whether a time (seconds) lies in the requested range. */
export function inRange(created: number, range: Range | number | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return created === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}
