import { nowSeconds } from '../ids.ts';
import type { World } from '../world.ts';
import type { Listed } from './available.ts';
import { type Call, iso8601, type Parameters } from './core.ts';
import { type Country, countries } from './countries.ts';
import { pageWithMeta } from './lists.ts';
import type { Bundle, BundleStatus, NumberType, TwilioAccount } from './objects.ts';
import { addressNotLocal, addressRequired, bundleDoesNotFit, bundleNotApproved, bundleRequired, notFound } from './refusals.ts';
import { newSid, sidOf } from './sids.ts';

const root = 'https://numbers.twilio.com/v2/RegulatoryCompliance';

interface Given {
  bundleSid?: string | undefined;
  addressSid?: string | undefined;
}

const approved: readonly BundleStatus[] = ['twilio-approved', 'provisionally-approved'];

/**
 * Checks the legal requirements of a purchase.
 * @throws TwilioRefusal if papers are missing, or do not fit
 */
export function checkPapers(
  account: TwilioAccount,
  { country, type }: { country: Country; type: NumberType; listed: Listed },
  given: Given,
): void {
  const offer = country.offers[type];
  if (!offer) return;
  if (offer.needsBundle) {
    if (!given.bundleSid) throw bundleRequired();
    const bundle = account.bundles[given.bundleSid];
    if (bundle?.country !== country.code || bundle.type !== type) throw bundleDoesNotFit(given.bundleSid);
    if (!approved.includes(bundle.status)) throw bundleNotApproved(bundle.sid);
  }
  if (offer.addressNeed === 'none') return;
  const address = account.addresses[given.addressSid ?? ''];
  if (!address) throw addressRequired();
  if (offer.addressNeed === 'local' && address.country !== country.code) throw addressNotLocal();
}

/** A regulation for one kind of number and one kind of buyer. */
interface Regulation {
  sid: string;
  country: Country;
  type: NumberType;
  endUser: 'business' | 'individual';
}

const regulations: readonly Regulation[] = countries.flatMap((country) =>
  Object.entries(country.offers)
    .filter(([, { needsBundle }]) => needsBundle)
    .flatMap(([type]) =>
      (['business', 'individual'] as const).map((endUser) => ({
        sid: sidOf('RN', `${country.code} ${type} ${endUser}`),
        country,
        type: type as NumberType, // the keys of the offers are types
        endUser,
      })),
    ),
);

/** Returns the regulation of a business bundle. */
const regulationOf = (country: string, type: NumberType): Regulation | undefined =>
  regulations.find((one) => one.country.code === country && one.type === type && one.endUser === 'business');

export function listRegulations({ parameters }: Call<Parameters<'GET /v2/RegulatoryCompliance/Regulations'>>): object {
  const { IsoCountry: country, NumberType: type, EndUserType: endUser } = parameters;
  const matching = regulations.filter(
    (one) =>
      (country === undefined || one.country.code === country.toUpperCase()) &&
      (type === undefined || one.type === type) &&
      (endUser === undefined || one.endUser === endUser),
  );
  return pageWithMeta('results', matching.map(regulationOnWire), parameters, `${root}/Regulations`);
}

export function fetchRegulation({ named, path }: Call<unknown>): object {
  const found = regulations.find(({ sid }) => sid === named.sid);
  if (!found) throw notFound(path);
  return regulationOnWire(found);
}

const regulationOnWire = ({ sid, country, type, endUser }: Regulation) => ({
  end_user_type: endUser,
  friendly_name: `${country.name}: ${type} - ${endUser}`,
  iso_country: country.code,
  number_type: type,
  requirements: { end_user: [{ name: endUser, type: endUser, fields: [] }], supporting_document: [] },
  sid,
  url: `${root}/Regulations/${sid}`,
});

export function addBundle(
  world: World,
  account: TwilioAccount,
  { country, type, status }: { country: string; type: NumberType; status: BundleStatus },
): Bundle {
  const bundle = {
    sid: newSid('BU'),
    accountSid: account.sid,
    country,
    type,
    status,
    friendlyName: `${country} ${type}`,
    createdAt: nowSeconds(world),
    updatedAt: nowSeconds(world),
  };
  account.bundles[bundle.sid] = bundle;
  return bundle;
}

export function listBundles({ account, parameters }: Call<Parameters<'GET /v2/RegulatoryCompliance/Bundles'>>): object {
  const { IsoCountry: country, NumberType: type, EndUserType: endUser, RegulationSid: regulation, Status: status } = parameters;
  const matching = Object.values(account.bundles).filter(
    (one) =>
      (country === undefined || one.country === country.toUpperCase()) &&
      (type === undefined || one.type === type) &&
      (endUser === undefined || endUser === 'business') &&
      (regulation === undefined || regulationOf(one.country, one.type)?.sid === regulation) &&
      (status === undefined || one.status === status),
  );
  return pageWithMeta('results', matching.reverse().map(bundleOnWire), parameters, `${root}/Bundles`);
}

export function fetchBundle({ account, named, path }: Call<unknown>): object {
  const bundle = account.bundles[named.sid ?? ''];
  if (!bundle) throw notFound(path);
  return bundleOnWire(bundle);
}

const bundleOnWire = (bundle: Bundle) => ({
  account_sid: bundle.accountSid,
  date_created: iso8601(bundle.createdAt),
  date_updated: iso8601(bundle.updatedAt),
  email: 'papers@example.test',
  friendly_name: bundle.friendlyName,
  links: { item_assignments: `${root}/Bundles/${bundle.sid}/ItemAssignments` },
  regulation_sid: regulationOf(bundle.country, bundle.type)?.sid ?? null,
  sid: bundle.sid,
  status: bundle.status,
  status_callback: null,
  url: `${root}/Bundles/${bundle.sid}`,
  valid_until: null,
});
