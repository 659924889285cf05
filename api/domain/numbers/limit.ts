import { refuse } from '../../contract/refusal.ts';
import { heldNumbers } from '../../models/number.ts';
import { readPlaces, takePlace } from '../../models/number-place.ts';
import { readReserved } from '../../models/reservation.ts';
import type { ClientScope } from '../../models/scope.ts';
import { quantity } from '../../rules/quantity.ts';
import type { Plan } from '../directory/plan.ts';

/** Longer than it takes from a place to the number that it is for. Real time. */
const FRESH_MS = 60_000;

/**
 * Takes one of the places of the plan for a number, unless it has one. What the client has and what is kept for it count alike. The place is
 * written, so that of many at once exactly as many get in as there are places.
 * Refuses with `plan.limit`.
 * @param now business time
 * @returns whether the number had none before, so that who takes it frees it where the number does not come
 */
export async function requirePlace(scope: ClientScope, { limits }: Plan, number: string, now: Date): Promise<boolean> {
  const most = limits.numbers;
  if (most === null) return false;
  for (;;) {
    const [owned, reserved, places] = await Promise.all([heldNumbers(scope), readReserved(scope, now), readPlaces(scope)]);
    const living = new Set([...owned, ...reserved.map((one) => one.number)]);
    const isHeld = ({ number: holder, takenAt }: (typeof places)[number]) =>
      living.has(holder) || Date.now() - takenAt.getTime() < FRESH_MS;
    const within = places.filter(({ place }) => place <= most);
    const held = within.filter(isHeld);
    if (held.some((one) => one.number === number)) return false;
    const placed = new Set(held.map((one) => one.number));
    // What came before there were places, or before the plan became smaller, counts as well.
    const unplaced = [...living].filter((one) => one !== number && !placed.has(one)).length;
    if (held.length + unplaced >= most) refuse('plan.limit', { values: { most: quantity(most, 'number') } });
    const taken = new Set(held.map(({ place }) => place));
    let place = 1;
    while (taken.has(place)) place += 1;
    const before = within.find((one) => one.place === place);
    if (await takePlace(scope, place, number, before)) return true;
  }
}
