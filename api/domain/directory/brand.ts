import { LRUCache } from 'lru-cache';
import { brand as schema } from '../../contract/bootstrap/brand.ts';
import type { Agency } from '../../models/agency.ts';
import type { Log } from '../../ports/index.ts';

type Brand = Agency['brand'];

/** Returns the brand of an agency that has only set its name. */
export const plainBrand = (companyName: string): Brand => schema.parse({ companyName });

/** Brands already reported, so that a page with many visitors does not fill the log. */
const told = new LRUCache<string, true>({ max: 10_000 });

/** Returns an agency's brand. A stored field that does not parse is replaced by its default and logged by name, without its value. */
export function brandOf({ _id, slug, brand }: Agency, log: Log): Brand {
  const stored: Partial<Record<string, unknown>> = typeof brand === 'object' && brand !== null ? brand : {};
  const sound = Object.entries(schema.shape).map(([field, rule]) => {
    const parsed = rule.safeParse(stored[field]);
    if (parsed.success) return [field, parsed.data];
    tellOnce(_id, field, log);
    return [field, field === 'companyName' ? slug : rule.parse(undefined)];
  });
  return schema.parse(Object.fromEntries(sound));
}

function tellOnce(agencyId: string, field: string, log: Log): void {
  const name = `${agencyId}/${field}`;
  if (told.has(name)) return;
  told.set(name, true);
  log.error({ agencyId, field }, "brand.field_unfit: a field of an agency's brand is not what it may be, its default is shown");
}
