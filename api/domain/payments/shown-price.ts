import { refuse } from '../../contract/refusal.ts';

/**
 * Refuses with `quote.changed`, at its field, a price that differs from the one shown. Fields that the buyer leaves out are not compared.
 */
export function requireAsShown<Price extends Record<string, number | string>>(
  now: Price,
  shown: { [Field in keyof Price]?: Price[Field] | undefined },
): void {
  const changed = Object.keys(now).find((field) => shown[field] !== undefined && shown[field] !== now[field]);
  if (changed !== undefined) refuse('quote.changed', { param: changed });
}
