import type { Vault } from '../world.ts';
import { invalid } from './refusals.ts';

/** Stripe's own depth limit. */
const depthMax = 4;

/**
 * Replaces ids by whole objects where `expand[]` asks for it, e.g. `line_items`, `payment_intent`, `data.product`. Works on a copy.
 * @throws StripeRefusal if there is nothing to expand under that name
 */
export function expanded(vault: Vault, answer: object, paths: readonly string[] | undefined): object {
  if (!paths?.length) return answer;
  const copy = structuredClone(answer);
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.length > depthMax) throw invalid(`You cannot expand more than ${depthMax} levels of a property. Property: ${path}`, 'expand');
    expandAt(vault, copy, steps, path);
  }
  return copy;
}

function expandAt(vault: Vault, node: object, steps: string[], path: string): void {
  const [step = '', ...rest] = steps;
  if (Array.isArray(node)) {
    for (const item of node) expandAt(vault, item, steps, path);
    return;
  }
  const fields = node as Record<string, unknown>;
  if (step === 'line_items' && 'id' in fields) fields.line_items ??= lineItemsOf(vault, String(fields.id));
  if (step === 'refunds' && fields.object === 'charge') fields.refunds ??= refundsOf(vault, String(fields.id));
  if (!(step in fields)) throw invalid(`This property cannot be expanded (${step}).`, 'expand');
  if (typeof fields[step] === 'string') fields[step] = objectOf(vault, fields[step]) ?? fields[step];
  const value = fields[step];
  if (rest.length > 0 && value !== null && typeof value === 'object') expandAt(vault, value, rest, path);
}

const lineItemsOf = (vault: Vault, id: string) => {
  const url = `/v1/checkout/sessions/${id}/line_items`;
  return { object: 'list', url, has_more: false, data: structuredClone(vault.lineItems[id] ?? []) };
};

const refundsOf = (vault: Vault, id: string) => {
  const matching = Object.values(vault.refunds).filter(({ charge }) => charge === id);
  return { object: 'list', url: `/v1/charges/${id}/refunds`, has_more: false, data: structuredClone(matching.reverse()) };
};

const objectOf = (vault: Vault, id: string): object | undefined =>
  structuredClone(
    vault.products[id] ?? vault.prices[id] ?? vault.paymentIntents[id] ?? vault.charges[id] ?? vault.refunds[id] ?? vault.disputes[id],
  );
