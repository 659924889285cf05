import { refuse } from '../contract/refusal.ts';
import { countNumbers } from '../models/number.ts';
import { countBeingPaid } from '../models/reservation.ts';
import type { ClientScope } from '../models/scope.ts';
import { quantity } from '../rules/quantity.ts';
import type { Plan } from './plans.ts';

/**
 * Refuses with `plan.limit` more numbers than the plan allows, those that are being paid for among them.
 * @param counted how many of those that are there already are the ones that are asked for
 */
export async function requireRoom(
  scope: ClientScope,
  { limits }: Plan,
  { adding = 1, counted = 0, now }: { adding?: number; counted?: number; now: Date },
): Promise<void> {
  if (limits.numbers === null) return;
  const [numbers, ordered] = await Promise.all([countNumbers(scope), countBeingPaid(scope, now)]);
  if (numbers + ordered - counted + adding > limits.numbers) refuse('plan.limit', { values: { most: quantity(limits.numbers, 'number') } });
}
