import type { Output, Parsed } from '../../contract/index.ts';
import { readClient } from '../../models/client.ts';
import { readInventory } from '../../models/inventory.ts';
import { keptNumbers } from '../../models/reservation.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, AvailableNumber, Deps, TelephonyAccess } from '../../ports/index.ts';
import { isMatch, type NumberFilter } from '../../rules/phone-pattern.ts';
import { planOf, requireFeature } from '../directory/plan.ts';
import { blockedBy, whyBlocked } from '../funds/funds.ts';
import { agencyTelephonyOf, requireTelephony, telephonyOf } from '../integrations/provider-accounts.ts';
import { takenNumbers } from './holders.ts';
import { needsToShow, noPapers, shownNeeds } from './papers.ts';
import { callingCode, displayNumber, phoneFacts } from './phone.ts';
import { inMoney, providerCost, soldAt } from './prices.ts';

type Search = Parsed<'numbers.search'>;
type Found = Output<'numbers.search'>['numbers'][number];

/** Lists the kinds of numbers that the client's plan sells, with their legal requirements. */
export async function offerNumbers(access: AgencyAccess, scope: ClientScope, deps: Deps): Promise<Output<'numbers.offer'>> {
  const [client, account, own] = await Promise.all([
    readClient(scope, scope.clientId),
    agencyTelephonyOf(scope, deps),
    telephonyOf(scope, deps),
  ]);
  const plan = planOf(access.agency, client);
  const hasNumbers = plan.features.includes('numbers');
  const sold = hasNumbers ? plan.numbers : [];
  const blocked = blockedBy(access, await whyBlocked(scope, 'numbers', plan));
  const kinds = await Promise.all(
    sold.map(async (kind) => ({
      country: kind.country,
      type: kind.type,
      ...inMoney(plan, kind),
      needs: account ? await needsToShow(account, kind, deps) : noPapers,
    })),
  );
  return {
    kinds,
    blocked,
    // A code is sent through the agency's account; a trunk and an own account need only themselves.
    ways: hasNumbers ? [...(blocked ? [] : ['buy' as const]), ...(account ? ['manual' as const] : []), 'sip', 'account'] : [],
    searchable: account !== undefined,
    account: own ? { accountSid: own.accountSid } : null,
  };
}

/**
 * Lists numbers for sale, the agency's own first.
 * @param client whose plan counts, and whose own reservations do not hide numbers; null for the agency itself, which also sees the
 * provider's prices
 */
export async function searchOffered(
  { agency, scope }: AgencyAccess,
  client: ClientScope | null,
  search: Search,
  deps: Deps,
): Promise<Output<'numbers.search'>> {
  const plan = planOf(agency, client && (await readClient(client, client.clientId)));
  requireFeature(plan, 'numbers');
  const price = soldAt(plan, search);
  const account = await requireTelephony(scope, deps); // asked last, because no account would help where the plan sells nothing
  const kind = { country: search.country, type: search.type };
  const [own, available, law, cost] = await Promise.all([
    ownNumbers(scope, account, search),
    findAvailable(account, search, deps),
    needsToShow(account, kind, deps),
    client ? undefined : providerCost(account, kind.country, kind.type, deps),
  ]);
  const known = new Set(own.map(({ number }) => number));
  const found = [
    ...own.map((one) => ({ ...one, isOwn: true })),
    ...available.filter(({ number }) => !known.has(number)).map((one) => ({ ...one, isOwn: false })),
  ];
  const [kept, address] = await Promise.all([
    keptNumbers(
      client ?? scope,
      found.map(({ number }) => number),
      deps.now(),
    ),
    found.some(({ needsAddress }) => needsAddress) ? deps.telephony.findAddress(account, search.country) : undefined,
  ]);
  return {
    numbers: await Promise.all(
      found.map(async ({ number, locality, region, capabilities, needsAddress, isOwn }): Promise<Found> => {
        const needs = isOwn ? noPapers : shownNeeds(law, needsAddress, address !== undefined);
        const display = await displayNumber(number);
        const shown = { number, display, ...kind, locality, region, capabilities, ...price, needs, taken: kept.has(number) };
        return cost === undefined ? shown : { ...shown, providerCost: cost };
      }),
    ),
  };
}

const flag = (text: 'true' | 'false' | undefined) => (text === undefined ? undefined : text === 'true');
const filterOf = ({ areaCode, contains, voice, sms, mms }: Search): NumberFilter => ({
  areaCode,
  contains,
  voice: flag(voice),
  sms: flag(sms),
  mms: flag(mms),
});

/** Lists the agency's own free numbers of a kind. Their places are unknown, so a search by place finds none. */
async function ownNumbers(scope: AgencyScope, account: TelephonyAccess, search: Search): Promise<AvailableNumber[]> {
  if (search.locality !== undefined) return [];
  const rows = await readInventory(scope, { country: search.country, type: search.type });
  if (rows.length === 0) return [];
  const held = await takenNumbers(
    scope,
    account,
    rows.map(({ number }) => number),
  );
  const free = rows.filter(({ number }) => !held.has(number));
  const matching = await Promise.all(
    free.map(async (row) =>
      isMatch({ ...row, national: (await phoneFacts(row.number))?.national ?? row.number.slice(1) }, filterOf(search)),
    ),
  );
  return free
    .filter((_row, at) => matching[at])
    .map(({ number, capabilities }) => ({ number, locality: null, region: null, capabilities, needsAddress: false }));
}

/** Searches at the provider. It supports area codes only in North America; elsewhere they become the beginning of the number. */
async function findAvailable(account: TelephonyAccess, search: Search, deps: Deps): Promise<AvailableNumber[]> {
  const { country, type, locality } = search;
  const { areaCode, contains, ...can } = filterOf(search);
  const code = areaCode === undefined ? undefined : await callingCode(country);
  const asked =
    areaCode === undefined || code === '1'
      ? { areaCode, contains }
      : { contains: contains ?? `+${code ?? ''}${areaCode.replace(/^0/, '')}` };
  const found = await deps.telephony.searchNumbers(account, { country, type, locality, ...can, ...asked });
  // The provider cannot search for both at once.
  if (areaCode === undefined || contains === undefined || code === '1') return found;
  return found.filter((one) => isMatch({ ...one, national: one.number.slice(1 + (code ?? '').length) }, { areaCode }));
}
