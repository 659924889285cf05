import { LRUCache } from 'lru-cache';
import type { Output } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { needOf } from '../../contract/sentences.ts';
import type { Bundle, Deps, NumberType, TelephonyAccess } from '../../ports/index.ts';
import { HOUR_MS } from '../../rules/time.ts';

/** The legal requirements for a kind of number, and whether the account meets them. */
export type Needs = Output<'numbers.offer'>['kinds'][number]['needs'];

interface Kind {
  country: string;
  type: NumberType;
}

/** Laws change seldom. Papers are checked again soon, because somebody waits for their approval. */
const LAW_MS = HOUR_MS;
const PAPERS_MS = 30_000;
const laws = new LRUCache<string, NumberType[]>({ max: 2_000, ttl: LAW_MS });
const papers = new LRUCache<string, Bundle[]>({ max: 5_000, ttl: PAPERS_MS });

/**
 * Returns the legal requirements and their state.
 * @param fresh asks the provider even about papers just checked
 */
async function needsOf(account: TelephonyAccess, { country, type }: Kind, deps: Deps, { fresh = false } = {}): Promise<Needs> {
  const types = await remembered(laws, `${account.accountSid}/${country}`, () => deps.telephony.readRegulatedTypes(account, country));
  if (!types.includes(type)) return noPapers;
  return bundleNeeds((await bundlesOf(account, { country, type }, deps, fresh)).map(({ status }) => status));
}

/** Returns the requirements for a list. If the provider cannot be asked, the list is shown anyway. */
export const needsToShow = (account: TelephonyAccess, kind: Kind, deps: Deps): Promise<Needs> =>
  needsOf(account, kind, deps).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    deps.log.info(
      { code: error.code, ...kind },
      'number.needs_unknown: it could not be found out whether numbers of this kind need papers',
    );
    return needOf('unknown');
  });

async function approvedBundle(account: TelephonyAccess, kind: Kind, deps: Deps): Promise<string | undefined> {
  return (await bundlesOf(account, kind, deps, false)).find(({ status }) => status === 'approved')?.sid;
}

const bundlesOf = (account: TelephonyAccess, { country, type }: Kind, { telephony }: Deps, fresh: boolean): Promise<Bundle[]> => {
  const key = `${account.accountSid}/${country}/${type}`;
  if (fresh) papers.delete(key);
  return remembered(papers, key, () => telephony.readBundles(account, country, type));
};

async function remembered<Value extends object>(cache: LRUCache<string, Value>, key: string, read: () => Promise<Value>): Promise<Value> {
  const known = cache.get(key);
  if (known) return known;
  const value = await read();
  cache.set(key, value);
  return value;
}

export const noPapers: Needs = needOf('none');

/** Returns the requirements to show for a number: those of its kind, and the address that it may need besides. */
export function shownNeeds(law: Needs, needsAddress: boolean, hasAddress: boolean): Needs {
  if (!needsAddress || (law.kind === 'bundle' && (law.state !== 'met' || hasAddress))) return law;
  return needOf(hasAddress ? 'address_met' : 'address_missing');
}

/** The papers for the purchase of a number, as far as the account has them. */
export interface Papers {
  isMet: boolean;
  needsAddress: boolean;
  bundleSid?: string;
  addressSid?: string;
}

/** Asks the provider for the present requirements of such a number. */
export async function papersFor(
  account: TelephonyAccess,
  kind: Kind,
  needsAddress: boolean,
  deps: Deps,
): Promise<{ needs: Needs; papers: Papers }> {
  const [law, addressSid] = await Promise.all([
    needsOf(account, kind, deps, { fresh: true }),
    needsAddress ? deps.telephony.findAddress(account, kind.country) : undefined,
  ]);
  const bundleSid = law.kind === 'bundle' ? await approvedBundle(account, kind, deps) : undefined;
  const isMet = (law.kind === 'none' || bundleSid !== undefined) && (!needsAddress || addressSid !== undefined);
  const found = { ...(bundleSid !== undefined && { bundleSid }), ...(addressSid !== undefined && { addressSid }) };
  return { needs: shownNeeds(law, needsAddress, addressSid !== undefined), papers: { isMet, needsAddress, ...found } };
}

function bundleNeeds(found: Bundle['status'][]): Needs {
  if (found.includes('approved')) return needOf('bundle_met');
  if (found.includes('in_review')) return needOf('bundle_in_review');
  return needOf(found.includes('rejected') ? 'bundle_rejected' : 'bundle_missing');
}
