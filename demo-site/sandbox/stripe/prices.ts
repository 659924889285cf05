import { newId, nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault, World } from '../world.ts';
import type { Call } from './core.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Price } from './objects.ts';
import { addProduct } from './products.ts';
import { invalid, missing } from './refusals.ts';

type Given = Omit<Requests['POST /v1/prices'], 'expand' | 'currency'> & { currency: string };

/**
 * Builds a price without storing it; amounts are in the currency's smallest unit.
 * @param param position of the price in the request, e.g. `line_items[0][price_data]`
 */
export function makePrice(world: World, vault: Vault, given: Given, param = ''): Price {
  const at = (name: string) => (param ? `${param}[${name}]` : name);
  const { unit_amount: amount, product_data: brought } = given;
  if (given.product === undefined && brought === undefined) throw missing(at('product'));
  if (given.product !== undefined && brought !== undefined)
    throw invalid(`You may only specify one of these parameters: product, product_data.`, at('product'));
  if (amount === undefined) throw missing(at('unit_amount'));
  if (amount < 0) throw invalid('Invalid non-negative integer', at('unit_amount'), 'parameter_invalid_integer');
  if (amount > 99_999_999) throw invalid('Invalid amount: must be no more than 99999999', at('unit_amount'), 'amount_too_large');
  const product = brought ? addProduct(world, vault, brought) : find(world, vault, 'products', given.product ?? '', at('product'));
  return {
    id: newId('price'),
    object: 'price',
    active: given.active ?? true,
    billing_scheme: 'per_unit',
    created: nowSeconds(world),
    currency: currencyOf(given.currency, at('currency')),
    custom_unit_amount: null,
    livemode: vault.livemode,
    lookup_key: given.lookup_key ?? null,
    metadata: metadataOf(given.metadata),
    nickname: given.nickname ?? null,
    product: product.id,
    recurring: given.recurring ? recurringOf(given.recurring) : null,
    tax_behavior: given.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: given.recurring ? 'recurring' : 'one_time',
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  };
}

type Recurring = NonNullable<Price['recurring']>;

const recurringOf = (given: { interval: Recurring['interval']; interval_count?: number }): Recurring => ({
  interval: given.interval,
  interval_count: given.interval_count ?? 1,
  meter: null,
  trial_period_days: null,
  usage_type: 'licensed',
});

function currencyOf(given: string, param: string): string {
  const currency = given.toLowerCase();
  if (/^[a-z]{3}$/.test(currency) && Intl.supportedValuesOf('currency').includes(currency.toUpperCase())) return currency;
  throw invalid(`Invalid currency: ${given}. Stripe currently supports these currencies: usd, eur, gbp and others.`, param);
}

export function createPrice({ core, vault, parameters }: Call<Requests['POST /v1/prices']>): Price {
  const price = makePrice(core.world, vault, parameters);
  vault.prices[price.id] = price;
  return price;
}

export const retrievePrice = ({ core, vault, id }: Call<unknown>): Price => find(core.world, vault, 'prices', id);

export function listPrices({ vault, parameters }: Call<Requests['GET /v1/prices']>): List<Price> {
  const { active, created, currency, lookup_keys: keys, product, type } = parameters;
  const matching = Object.values(vault.prices).filter(
    (price) =>
      (active === undefined || price.active === active) &&
      (currency === undefined || price.currency === currency) &&
      (keys === undefined || keys.includes(price.lookup_key ?? '')) &&
      (product === undefined || price.product === product) &&
      (type === undefined || price.type === type) &&
      inRange(price.created, created),
  );
  return page('/v1/prices', matching, parameters);
}
