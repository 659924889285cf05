import { newId, nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault, World } from '../world.ts';
import type { Call } from './core.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Product } from './objects.ts';
import { invalid } from './refusals.ts';

type Given = Pick<
  Requests['POST /v1/products'],
  'name' | 'description' | 'id' | 'images' | 'metadata' | 'statement_descriptor' | 'unit_label' | 'url'
>;

/** Adds a product, also one that comes with a price. */
export function addProduct(world: World, vault: Vault, given: Given & { active?: boolean }, param = ''): Product {
  const { id = newId('prod') } = given;
  if (Object.hasOwn(vault.products, id)) throw invalid(`Product already exists.`, 'id', 'resource_already_exists');
  if (given.name === '')
    throw invalid('You passed an empty string for name. Please provide a non-empty value.', `${param}name`, 'parameter_invalid_empty');
  const product: Product = {
    id,
    object: 'product',
    active: given.active ?? true,
    created: nowSeconds(world),
    default_price: null,
    description: given.description || null,
    images: given.images ?? [],
    livemode: vault.livemode,
    marketing_features: [],
    metadata: metadataOf(given.metadata),
    name: given.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: given.statement_descriptor ?? null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: given.unit_label ?? null,
    updated: nowSeconds(world),
    url: given.url ?? null,
  };
  vault.products[id] = product;
  return product;
}

export const createProduct = ({ core, vault, parameters }: Call<Requests['POST /v1/products']>): Product =>
  addProduct(core.world, vault, parameters);

export const retrieveProduct = ({ core, vault, id }: Call<unknown>): Product => find(core.world, vault, 'products', id);

export function updateProduct({ core, vault, id, parameters }: Call<Requests['POST /v1/products/:id']>): Product {
  const product = find(core.world, vault, 'products', id);
  product.active = parameters.active ?? product.active;
  product.name = parameters.name ?? product.name;
  product.updated = nowSeconds(core.world);
  return product;
}

export function listProducts({ vault, parameters }: Call<Requests['GET /v1/products']>): List<Product> {
  const { active, created, ids } = parameters;
  const matching = Object.values(vault.products).filter(
    (product) =>
      (active === undefined || product.active === active) &&
      inRange(product.created, created) &&
      (ids === undefined || ids.includes(product.id)),
  );
  return page('/v1/products', matching, parameters);
}
