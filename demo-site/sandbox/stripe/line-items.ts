import { newId } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault, World } from '../world.ts';
import { find } from './lookup.ts';
import type { LineItem, Price } from './objects.ts';
import { makePrice } from './prices.ts';
import { invalid, missing } from './refusals.ts';

type Given = NonNullable<Requests['POST /v1/checkout/sessions']['line_items']>;

/** Builds line items from existing prices, or from prices made for this session. Amounts in the currency's smallest unit. */
export function lineItemsOf(world: World, vault: Vault, given: Given | undefined): LineItem[] {
  if (!given?.length) throw missing('line_items');
  const items = given.map((item, index) => lineItem(world, vault, item, `line_items[${index}]`));
  const [first] = items;
  const other = items.findIndex((item) => item.currency !== first?.currency);
  if (other > 0) throw invalid('All prices on a Checkout Session must have the same currency.', `line_items[${other}][price]`);
  return items;
}

function lineItem(world: World, vault: Vault, given: Given[number], at: string): LineItem {
  const { quantity } = given;
  if (quantity === undefined) throw invalid(`Quantity is required. Add \`quantity\` to \`${at}\``, `${at}[quantity]`);
  if (quantity < 1) throw invalid('This value must be greater than or equal to 1.', `${at}[quantity]`, 'parameter_invalid_integer');
  const price = priceOf(world, vault, given, at);
  if (price.type === 'recurring') {
    const way = 'Either switch to `subscription` mode or use only one-time prices.';
    throw invalid(`You specified \`payment\` mode but passed a recurring price. ${way}`, 'mode');
  }
  const amount = (price.unit_amount ?? 0) * quantity;
  return {
    id: newId('li'),
    object: 'item',
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: vault.products[price.product]?.name ?? '',
    price,
    quantity,
  };
}

function priceOf(world: World, vault: Vault, given: Given[number], at: string): Price {
  if (given.price !== undefined && given.price_data !== undefined)
    throw invalid('You may only specify one of these parameters: price, price_data.', at);
  if (given.price_data) {
    const { product } = given.price_data;
    if (product !== undefined && vault.products[product]?.active === false) {
      throw invalid(`The product \`${product}\` is not active.`, `${at}[price_data][product]`);
    }
    return makePrice(world, vault, { ...given.price_data }, `${at}[price_data]`);
  }
  if (given.price === undefined) throw missing(`${at}[price]`);
  const price = find(world, vault, 'prices', given.price, `${at}[price]`);
  if (!price.active) {
    throw invalid('The price specified is inactive. This field only accepts active prices.', `${at}[price]`);
  }
  if (!vault.products[price.product]?.active) {
    throw invalid(`Price \`${price.id}\` is not available to be purchased because its product is not active.`, `${at}[price]`);
  }
  return price;
}
