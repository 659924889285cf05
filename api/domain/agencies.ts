import type { Output, Parsed } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import {
  type Agency,
  agencyById,
  type Changes,
  insertAgency,
  type Mode,
  type ModeSettings,
  modes,
  type StoredPlan,
  saveSettings,
} from '../models/agency.ts';
import { parseListedOrigin } from '../rules/origin.ts';
import { checkSlug } from '../rules/slug.ts';
import { fingerprint, newId, newSecret } from '../security/random.ts';
import { connectStripe, paymentSettings, webhookUrl } from './agencies-payments.ts';
import { brandOf } from './brands.ts';
import { grantMinutes, readFees, readMinutes } from './credits.ts';
import { type AgencyAccess, access } from './directory.ts';
import { checkPaymentSettings, checkPrices } from './payments.ts';
import { checkPlans, withPlanIds } from './plans-settings.ts';
import type { Deps } from './ports.ts';

type Settings = Parsed<'agency.update'>;

/** How often a change is made anew because others were quicker. */
const TRIES_MAX = 20;

/** Creates an agency with keys for both modes. The secret keys are returned this once and kept only as fingerprints. */
export async function createAgency(input: Parsed<'agencies.create'>, deps: Deps): Promise<Output<'agencies.create'>> {
  checkSettings(input);
  const keys = { test: newKeys('test'), live: newKeys('live') };
  const settings: ModeSettings = {
    signUp: { fields: [], passwordPolicy: 'classic' },
    origins: input.origins,
    plan: input.plan,
    plans: [],
    packages: withIds(input.packages),
    meter: { lowPermille: 250, criticalPermille: 100 },
    portal: { active: true, notice: null },
    minutesPolicy: { kind: 'unlimited' },
  };
  const agency: Agency = {
    _id: newId('agn'),
    name: input.name,
    slug: input.slug,
    formerSlugs: [],
    brand: input.brand ?? defaultBrand(input.name),
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
    packages: agency.packages,
    meter: agency.meter,
    portal: agency.portal,
    minutesPolicy: agency.minutesPolicy,
    stripe: {
      publishableKey: stripe?.publishableKey ?? null,
      secretKey: { set: stripe !== undefined, last4: stripe?.secretKey.last4 ?? null },
      productId: stripe?.productId ?? null,
      priceId: stripe?.priceId ?? null,
      webhookSecret: { set: stripe !== undefined, last4: stripe?.webhookSecret.last4 ?? null },
      webhookUrl: webhookUrl(agency.slug, deps),
    },
    minutes: await readMinutes(scope),
    fees: await readFees(scope),
  };
}

/**
 * Changes the settings of a key's mode, and with a live key what both modes share. Nothing is saved unless all of it is right, Stripe's side
 * included, by what is stored at that moment.
 */
export async function changeAgency({ agency: { _id: id }, mode }: AgencyAccess, input: Settings, deps: Deps): Promise<AgencyAccess> {
  if (mode === 'test') requireOwn(input);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const read = (await agencyById(id)) ?? refuse('agency.not_found');
    const { changes, saved } = await prepare(read, mode, input, deps);
    const changed = await saveSettings(read, mode, changes);
    if (changed === 'moved') continue;
    if (changed === 'taken') refuse('slug.taken', { param: 'slug' });
    await saved();
    deps.directory.forget();
    return access(changed, mode);
  }
  return refuse('server.busy');
}

/** Refuses with `settings.live_key_needed` what live visitors see as well. */
function requireOwn(input: Settings): void {
  for (const field of ['name', 'slug', 'brand'] as const) {
    if (input[field] !== undefined) refuse('settings.live_key_needed', { param: field, values: { field } });
  }
}

async function prepare(read: Agency, mode: Mode, input: Settings, deps: Deps): Promise<{ changes: Changes; saved(): Promise<void> }> {
  const current = read.settings[mode];
  const next = {
    slug: input.slug ?? read.slug,
    origins: input.origins ?? current.origins,
    plan: input.plan ?? current.plan,
    plans: input.plans ? withPlanIds(input.plans) : current.plans,
    packages: input.packages ? withIds(input.packages) : current.packages,
  };
  checkSettings(next);
  const { stripe: draft, packages, plans, ...settings } = input;
  if (draft && mode === 'live' && !deps.allowsLivePayments) refuse('payments.live_refused', { param: 'stripe' });
  const check = draft ?? ((packages || input.plan) && paymentSettings(read, mode, deps));
  if (check) await checkPaymentSettings(deps.payments, check, { mode, firstPackage: next.packages[0], plan: next.plan });
  const account = draft && (await connectStripe({ agencyId: read._id, mode, slug: next.slug }, draft, deps));
  const changes = {
    ...defined(settings),
    ...(packages && { packages: next.packages }),
    ...(plans && { plans: next.plans }),
    ...(account && { stripe: account.settings }),
  };
  return { changes, saved: async () => account?.saved() };
}

const newKeys = (mode: Mode) => ({ publishable: newSecret(`wlp_${mode}_`), secret: newSecret(`wls_${mode}_`) });

const defaultBrand = (companyName: string): Agency['brand'] => ({
  companyName,
  logoUrl: null,
  primaryColor: '#3b82f6',
  accentColor: null,
  supportEmail: null,
  helpUrl: null,
  termsUrl: null,
  privacyUrl: null,
});

const withIds = (drafts: Parsed<'agencies.create'>['packages']): ModeSettings['packages'] =>
  drafts.map((draft) => ({ ...draft, id: draft.id ?? newId('pkg') }));

type Checked = Pick<Parsed<'agencies.create'>, 'slug' | 'origins' | 'plan' | 'packages'> & { plans?: readonly StoredPlan[] };

function checkSettings({ slug, origins, plan, plans = [], packages }: Checked): void {
  const problem = checkSlug(slug);
  if (problem) refuse(problem, { param: 'slug' });
  origins.forEach((text, index) => {
    if (!parseListedOrigin(text)) {
      refuse('input.invalid', {
        param: `origins.${index}`,
        values: { sentence: 'An origin is a scheme, a host and a port if it has one, such as https://www.example.com.' },
      });
    }
  });
  packages.forEach(({ currency }, index) => {
    if (currency !== plan.currency) refuse('package.currency_mixed', { param: `packages.${index}.currency` });
  });
  checkPrices(plan);
  checkPlans(plan, plans);
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
const defined = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
