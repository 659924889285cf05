import { z } from 'zod';
import { contract, type Input } from '../../../../api/contract/index.ts';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

/** Lists every field of `agency.update` down to single values; list items as `plans[].name`. */
export function fieldsOfUpdate(): string[] {
  // An empty registry: the names that the specification gives to schemas would make references of them.
  const options = { io: 'input', unrepresentable: 'any', metadata: z.registry<{ id?: string }>() } as const;
  const schema = z.toJSONSchema(contract['agency.update'].input, options) as Schema;
  return leaves(schema, '');
}

function leaves(schema: Schema, at: string): string[] {
  const one = schema.anyOf?.find(({ type }) => type === 'object' || type === 'array') ?? schema;
  if (one.items?.properties && /^(plans|packages)$/.test(at)) return leaves(one.items, `${at}[]`);
  if (!one.properties) return [at];
  return Object.entries(one.properties).flatMap(([field, part]) => leaves(part, at === '' ? field : `${at}.${field}`));
}

/** First value, second value, and the value after null; undefined if null is refused. */
type Sample = [first: unknown, second: unknown, cleared: unknown];

const planSamples: Record<string, Sample> = {
  name: ['First', 'Second', 'Standard'],
  centsPer100Credits: [4100, 4200, undefined],
  freeMillis: [1000, 2000, 0],
  freeGrantsPerDay: [5, 6, null],
  freeCreditsBuy: ['everything', 'calls', 'calls'],
  rounding: [{ by: 'minute' }, { by: 'increment', seconds: 6 }, { by: 'second' }],
  'customAmount.minMillis': [10_000, 20_000, 'refused'],
  'customAmount.maxMillis': [900_000, 800_000, 'refused'],
  numbers: [
    [{ country: 'US', type: 'local', setupMillis: 1, monthlyMillis: 2 }],
    [{ country: 'DE', type: 'local', setupMillis: 3, monthlyMillis: 4 }],
    [],
  ],
  'knowledge.fileMillis': [1000, 2000, 0],
  'knowledge.textMillis': [1001, 2001, 0],
  'knowledge.urlMillis': [1002, 2002, 0],
  'knowledge.freeItems': [1, 2, 0],
  'knowledge.returnsFreeItems': [true, false, false],
  features: [['numbers'], ['reports'], ['numbers', 'knowledge']],
  'limits.numbers': [1, 2, null],
  'limits.sources': [3, 4, null],
  'limits.storageBytes': [5, 6, null],
};

const under = (at: string, samples: Record<string, Sample>): Record<string, Sample> =>
  Object.fromEntries(Object.entries(samples).map(([field, sample]) => [`${at}.${field}`, sample]));

/** Samples of settings that test and live share. */
export const sharedSamples: Record<string, Sample> = {
  name: ['First name', 'Second name', undefined],
  slug: ['first-slug', 'second-slug', undefined],
  ...under('brand', {
    companyName: ['First company', 'Second company', undefined],
    logoUrl: ['https://cdn.test/1.png', 'https://cdn.test/2.png', null],
    primaryColor: ['#111111', '#222222', '#2563eb'],
    accentColor: ['#333333', '#444444', null],
    supportEmail: ['first@example.test', 'second@example.test', null],
    helpUrl: ['https://one.test/help', 'https://two.test/help', null],
    termsUrl: ['https://one.test/terms', 'https://two.test/terms', null],
    privacyUrl: ['https://one.test/privacy', 'https://two.test/privacy', null],
  }),
};

/** Samples of settings that each mode has. */
export const ownSamples: Record<string, Sample> = {
  'signUp.fields': [['phone'], ['company', 'role'], []],
  'signUp.passwordPolicy': ['passphrase', 'classic', 'classic'],
  origins: [['https://one.test'], ['https://two.test', 'https://*.three.test'], []],
  ...under('plan', planSamples),
  'plan.currency': ['USD', 'GBP', undefined],
  'meter.lowPermille': [500, 600, 250],
  'meter.criticalPermille': [90, 80, 100],
  'meter.lowMillis': [5000, 20_000, 10_000],
  'alerts.email': ['ops@one.test', 'ops@two.test', null],
  'portal.active': [false, true, undefined],
  'portal.notice': ['Back at nine', 'Back at ten', null],
  'receipts.address': ['Deich 1\n24103 Kiel', 'Deich 2', null],
  'receipts.vatId': ['DE 123', 'DE 456', null],
  'receipts.vatBasisPoints': [1900, 0, null],
  minutesPolicy: [{ kind: 'no_grant' }, { kind: 'floor', floorMillis: -1000 }, { kind: 'unlimited' }],
};

/** Samples of one plan and one package. */
export const itemSamples: Record<string, Sample> = {
  ...under('plans[]', {
    ...planSamples,
    summary: ['One line', 'Another line', null],
    priceMillis: [1000, 2000, 0],
    active: [false, true, true],
  }),
  ...under('packages[]', {
    name: ['First', 'Second', undefined],
    creditsMillis: [100_000, 200_000, undefined],
    priceCents: [4000, 5000, undefined],
    popular: [true, false, false],
    active: [false, true, true],
  }),
};

/** Fields that are no setting or cannot change alone; other tests cover them. */
export const elsewhere = [
  'version',
  ...['publishableKey', 'secretKey', 'productId', 'priceId', 'packageId', 'webhookSecret'].map((field) => `stripe.${field}`),
  ...['plans[].id', 'plans[].currency', 'packages[].id', 'packages[].currency', 'packages[].credits', 'packages[].priceConfirmed'],
];

/**
 * Builds a change of one field.
 * @param ids of the plan and the package in the lists
 */
export function patchOf(path: string, value: unknown, ids: Record<string, string> = {}): Input<'agency.update'> {
  const [list, field] = path.split('[].');
  if (list !== undefined && field !== undefined) return { [list]: [{ id: ids[list], ...nested(field, value) }] };
  return nested(path, value);
}

const nested = (path: string, value: unknown): Record<string, unknown> =>
  path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Record<string, unknown>;

/** Copies the settings with one field changed. */
export function changedAt<Read extends object>(read: Read, path: string, value: unknown): Read {
  const copy = structuredClone(read);
  const steps = path.replace('[]', '.0').split('.');
  const last = steps.pop() as string;
  const parent = steps.reduce((one, step) => (one as Record<string, never>)[step] as never, copy as object) as Record<string, unknown>;
  if (value === null && last === 'freeGrantsPerDay') delete parent[last];
  else parent[last] = value;
  if (last === 'creditsMillis') parent.credits = value;
  return copy;
}

/** Reads the value at a path. */
export const valueIn = (read: object, path: string): unknown =>
  path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], read);
