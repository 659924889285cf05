import type { Output, Parsed } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import { type Agency, insertAgency, type Mode, type ModeSettings, modes } from '../models/agency.ts';
import { fingerprint, newId, newSecret } from '../security/random.ts';
import { mergeList } from './agencies-lists.ts';
import { packageOfPrice, webhookUrl } from './agencies-payments.ts';
import { requireAgency, saveWanted } from './agencies-save.ts';
import { checkSettings, mergeSettings, namedIn, type SettingsPatch } from './agencies-settings.ts';
import { brandOf, plainBrand } from './brands.ts';
import { grantMinutes, readFees, readMinutes } from './credits.ts';
import { type AgencyAccess, access } from './directory.ts';
import { packageView } from './packages-offer.ts';
import { packagesKind } from './packages-settings.ts';
import type { Deps } from './ports.ts';

/** Creates an agency with keys for both modes. The secret keys are returned this once and kept only as fingerprints. */
export async function createAgency(input: Parsed<'agencies.create'>, deps: Deps): Promise<Output<'agencies.create'>> {
  const keys = { test: newKeys('test'), live: newKeys('live') };
  const settings: ModeSettings = {
    signUp: { fields: [], passwordPolicy: 'classic' },
    origins: input.origins,
    plan: input.plan,
    plans: [],
    packages: mergeList(packagesKind, [], input.packages),
    meter: { lowPermille: 250, criticalPermille: 100 },
    portal: { active: true, notice: null },
    minutesPolicy: { kind: 'unlimited' },
  };
  const brand = input.brand ?? plainBrand(input.name);
  checkSettings({ ...input, ...settings, brand }, { ...input, ...settings, brand });
  const agency: Agency = {
    _id: newId('agn'),
    name: input.name,
    slug: input.slug,
    formerSlugs: [],
    brand,
    settings: { test: settings, live: settings },
    version: 0,
    testGeneration: 0,
    publishableKeys: modes.map((mode) => ({ mode, key: keys[mode].publishable })),
    secretKeys: modes.map((mode) => ({ mode, fingerprint: fingerprint(keys[mode].secret), last4: keys[mode].secret.slice(-4) })),
    stripe: {},
    createdAt: deps.now(),
  };
  if ((await insertAgency(agency)) === 'taken') refuse('slug.taken', { param: 'slug' });
  if (input.minutesMillis > 0) {
    for (const mode of modes) {
      await grantMinutes(access(agency, mode).scope, { cause: agency._id, millis: input.minutesMillis, actor: 'platform', at: deps.now() });
    }
  }
  return { id: agency._id, slug: agency.slug, keys };
}

/** The agency's own settings in the mode of its key. Secrets are told only as set or not. */
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
    stripe: {
      publishableKey: stripe?.publishableKey ?? null,
      secretKey: { set: stripe !== undefined, last4: stripe?.secretKey.last4 ?? null },
      productId: stripe?.productId ?? null,
      priceId: stripe?.priceId ?? null,
      packageId: stripe ? packageOfPrice(agency, mode) : null,
      webhookSecret: { set: stripe !== undefined, last4: stripe?.webhookSecret.last4 ?? null },
      webhookUrl: webhookUrl(agency.slug, deps),
    },
    minutes: await readMinutes(scope),
    fees: await readFees(scope),
  };
}

/** The same as they are stored at this moment. */
export const readSettings = async ({ agency, mode }: AgencyAccess, deps: Deps): Promise<Output<'agency.read'>> =>
  describeAgency(access(await requireAgency(agency._id), mode), deps);

/** Changes the settings that are named: those of a key's mode, and with a live key what both modes share. */
export async function changeAgency(opened: AgencyAccess, input: Parsed<'agency.update'>, deps: Deps): Promise<AgencyAccess> {
  const { stripe, version, ...patch } = input;
  if (opened.mode === 'test') requireOwn(patch);
  return saveWanted(opened, { named: namedIn(patch), next: (now) => mergeSettings(now, patch), stripe, version }, deps);
}

/** Refuses with `settings.live_key_needed` what live visitors see as well. */
function requireOwn(patch: SettingsPatch): void {
  for (const field of ['name', 'slug', 'brand'] as const) {
    if (patch[field] !== undefined) refuse('settings.live_key_needed', { param: field, values: { field } });
  }
}

const newKeys = (mode: Mode) => ({ publishable: newSecret(`wlp_${mode}_`), secret: newSecret(`wls_${mode}_`) });
