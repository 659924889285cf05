import { settingsShape } from '../../contract/agencies/agencies.ts';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { grantMinutes, readFees, readMinutes } from '../../ledger/transfers/grants.ts';
import {
  type Agency,
  agencyBySlug,
  insertAgency,
  listAgencies,
  type Mode,
  type ModeSettings,
  modes,
  type SealedSecret,
} from '../../models/agency.ts';
import { countUnsettled } from '../../models/purchase.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { deriveSecret, fingerprint } from '../../security/digest.ts';
import { brandOf, plainBrand } from '../directory/brand.ts';
import { accessTo, isInUse } from '../directory/directory.ts';
import { formerAccounts, keptUntil, packageOfPrice, webhookUrl } from '../payments/stripe.ts';
import { mergeList } from './lists.ts';
import { packageView } from './package-offers.ts';
import { packagesKind } from './package-settings.ts';
import { requireAgency, saveWanted } from './save.ts';
import { checkSettings, mergeSettings, namedIn, type SettingsPatch } from './settings.ts';
import { requireFreeSlug } from './slug.ts';

type Created = Pick<Output<'agencies.create'>, 'id' | 'slug'>;

/**
 * Creates an agency with keys for both modes.
 * @param id belongs to the attempt, so that the same attempt creates one agency
 */
export async function createAgency(input: Parsed<'agencies.create'>, { id, deps }: { id: string; deps: Deps }): Promise<Created> {
  const { name, slug, origins, plan, minutesMillis, brand = plainBrand(name) } = input;
  const settings: ModeSettings = {
    signUp: settingsShape.signUp.parse(undefined),
    origins,
    plan,
    plans: [],
    packages: mergeList(packagesKind, [], input.packages, { mode: 'live', first: plan }),
    meter: settingsShape.meter.parse(undefined),
    portal: settingsShape.portal.parse(undefined),
    minutesPolicy: settingsShape.minutesPolicy.parse(undefined),
    alerts: settingsShape.alerts.parse(undefined),
    receipts: settingsShape.receipts.parse(undefined),
  };
  checkSettings({ name, slug, brand, ...settings }, { name, slug, brand, ...settings });
  await requireFreeSlug(slug, id, deps);
  const keys = keysOf(id, deps);
  const agency: Agency = {
    ...{ _id: id, name, slug, formerSlugs: [], brand, version: 0, testGeneration: 0, stripe: {}, createdAt: deps.now() },
    settings: { test: settings, live: settings },
    publishableKeys: modes.map((mode) => ({ mode, key: keys[mode].publishable })),
    secretKeys: modes.map((mode) => ({ mode, fingerprint: fingerprint(keys[mode].secret), last4: keys[mode].secret.slice(-4) })),
  };
  if ((await insertAgency(agency)) === 'taken') refuse('slug.taken', { param: 'slug' });
  deps.reached('agency.after_insert');
  for (const mode of minutesMillis > 0 ? modes : []) {
    await grantMinutes(accessTo(agency, mode).scope, { cause: id, millis: minutesMillis, actor: 'platform', at: deps.now() });
  }
  return { id, slug };
}

/**
 * Adds the first keys of a new agency. They are derived anew each time, so that a lost answer can be repeated although no secret is stored.
 * Refuses with `agency.keys_rotated` if they no longer work.
 */
export async function withFirstKeys({ id, slug }: Created, deps: Deps): Promise<Output<'agencies.create'>> {
  const { publishableKeys, secretKeys } = await requireAgency(id);
  const keys = keysOf(id, deps);
  const work = modes.every(
    (mode) =>
      publishableKeys.some((one) => one.key === keys[mode].publishable && isInUse(one)) &&
      secretKeys.some((one) => one.fingerprint === fingerprint(keys[mode].secret) && isInUse(one)),
  );
  return work ? { id, slug, keys } : refuse('agency.keys_rotated');
}

function keysOf(id: string, { keys }: Pick<Deps, 'keys'>): Output<'agencies.create'>['keys'] {
  const of = (mode: Mode) => ({
    publishable: deriveSecret(keys, `wlp_${mode}_`, id),
    secret: deriveSecret(keys, `wls_${mode}_`, id),
  });
  return { test: of('test'), live: of('live') };
}

/** Lists all agencies for the platform, page by page. */
export async function showAgencies({ slug, after, limit }: Parsed<'agencies.list'>): Promise<Output<'agencies.list'>> {
  const found = slug === undefined ? await listAgencies({ after, limit }) : [await agencyBySlug(slug)].flatMap((one) => one ?? []);
  const agencies = found.map(({ _id: id, name, slug, createdAt, suspended, stripe }) => ({
    ...{ id, name, slug, createdAt: createdAt.toISOString(), suspended: suspended?.reason ?? null },
    payments: modes.filter((mode) => stripe[mode] !== undefined),
  }));
  return { agencies, next: slug === undefined && found.length === limit ? (found.at(-1)?._id ?? null) : null };
}

/** Describes an agency's settings in the mode of its key. Secrets only appear as set or not. */
export async function describeAgency({ agency, mode, scope }: AgencyAccess, deps: Deps): Promise<Output<'agency.read'>> {
  const stripe = agency.stripe[mode];
  return {
    id: agency._id,
    mode,
    version: agency.version,
    testGeneration: agency.testGeneration,
    name: agency.name,
    slug: agency.slug,
    brand: brandOf(agency, deps.log),
    signUp: agency.signUp,
    origins: agency.origins,
    plan: agency.plan,
    plans: agency.plans,
    packages: agency.packages.map(packageView),
    meter: agency.meter,
    portal: agency.portal,
    minutesPolicy: agency.minutesPolicy,
    alerts: agency.alerts,
    receipts: agency.receipts,
    stripe: {
      publishableKey: stripe?.publishableKey ?? null,
      secretKey: secretView(stripe?.secretKey),
      productId: stripe?.productId ?? null,
      priceId: stripe?.priceId ?? null,
      packageId: stripe ? packageOfPrice(agency, mode) : null,
      webhookSecret: secretView(stripe?.webhookSecret),
      webhookUrl: webhookUrl(agency.slug, deps),
      accountId: stripe?.accountId ?? null,
      former: await describeFormer({ agency, mode, scope }, deps),
    },
    minutes: await readMinutes(scope),
    fees: await readFees(scope),
  };
}

/** Tells whether a secret is there. The seal of an empty one has an empty text; of a short one no end is told. */
const secretView = (secret: SealedSecret | undefined): Output<'agency.read'>['stripe']['secretKey'] => ({
  set: secret !== undefined && secret.text !== '',
  last4: secret?.last4 || null,
});

/** Describes the former Stripe accounts and what may still happen there. */
const describeFormer = ({ agency, mode, scope }: AgencyAccess, deps: Deps): Promise<Output<'agency.read'>['stripe']['former']> =>
  Promise.all(
    formerAccounts(agency, mode, deps).map(async (left, index) => ({
      accountId: left.accountId ?? null,
      last4: left.secretKey.last4,
      leftAt: left.leftAt.toISOString(),
      keptUntil: keptUntil(left).toISOString(),
      openPurchases: await countUnsettled(scope, { accountId: left.accountId, isFirst: index === 0 }),
    })),
  );

/** Reads and describes the stored settings. */
export const readSettings = async ({ agency, mode }: AgencyAccess, deps: Deps): Promise<Output<'agency.read'>> =>
  describeAgency(accessTo(await requireAgency(agency._id), mode), deps);

/** Changes the named settings: those of the key's mode and, with a live key, the shared ones. */
export async function changeAgency(opened: AgencyAccess, input: Parsed<'agency.update'>, deps: Deps): Promise<AgencyAccess> {
  const { stripe, version, ...patch } = input;
  if (opened.mode === 'test') requireOwn(patch);
  return saveWanted(opened, { named: namedIn(patch), next: (now) => mergeSettings(now, patch, opened.mode), stripe, version }, deps);
}

/** Refuses with `settings.live_key_needed` to change settings that live visitors see. */
function requireOwn(patch: SettingsPatch): void {
  for (const field of ['name', 'slug', 'brand'] as const) {
    if (patch[field] !== undefined) refuse('settings.live_key_needed', { param: field, values: { shared: 'field', field } });
  }
}
