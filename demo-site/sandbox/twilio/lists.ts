import { badParameter } from './refusals.ts';

interface Paging {
  PageSize?: number;
  Page?: number;
}

function pageOf<Item>(all: readonly Item[], { PageSize: size = 50, Page: page = 0 }: Paging) {
  if (size < 1 || size > 1000) throw badParameter('Page size must be between 1 and 1000');
  if (page < 0) throw badParameter('Page must not be negative');
  const start = page * size;
  return { size, page, start, items: all.slice(start, start + size), hasMore: all.length > start + size };
}

/** Returns the address of a page of the same list. */
function addressOf(path: string, given: object, more: Record<string, number>): string {
  const query = new URLSearchParams(Object.entries({ ...given, ...more }).map(([name, value]) => [name, String(value)]));
  return `${path}?${query}`;
}

/** Returns a page in the form of the 2010 API. */
export function page2010<Item>(name: string, all: readonly Item[], given: Paging, path: string): object {
  const { size, page, start, items, hasMore } = pageOf(all, given);
  const at = (number: number) => addressOf(path, given, { PageSize: size, Page: number });
  return {
    [name]: items,
    end: Math.max(0, start + items.length - 1),
    first_page_uri: at(0),
    next_page_uri: hasMore ? at(page + 1) : null,
    page,
    page_size: size,
    previous_page_uri: page > 0 ? at(page - 1) : null,
    start,
    uri: at(page),
  };
}

/** Returns a page in the form of newer products: with whole addresses at their own host. */
export function pageWithMeta<Item>(name: string, all: readonly Item[], given: Paging, url: string): object {
  const { size, page, items, hasMore } = pageOf(all, given);
  const at = (number: number) => addressOf(url, given, { PageSize: size, Page: number });
  return {
    [name]: items,
    meta: {
      first_page_url: at(0),
      key: name,
      next_page_url: hasMore ? at(page + 1) : null,
      page,
      page_size: size,
      previous_page_url: page > 0 ? at(page - 1) : null,
      url: at(page),
    },
  };
}
