import type { ClientState, Hold, Lot } from '../../models/transfer.ts';

/** What the credits of a disputed purchase are held under. */
export const frozenFor = (dispute: string): string => `dispute/${dispute}`;
export const isFreeze = (id: string): boolean => id.startsWith('dispute/');

/** Puts what was held back where it came from. */
export function releaseParts(lots: readonly Lot[], parts: Hold['lots']): { lots: Lot[]; millis: number } {
  const heldOf = new Map(parts.map(({ id, millis }) => [id, millis]));
  const back = lots.map((lot) => {
    const millis = heldOf.get(lot.id) ?? 0;
    return { ...lot, remaining: lot.remaining + millis, held: lot.held - millis };
  });
  return { lots: back, millis: parts.reduce((sum, { millis }) => sum + millis, 0) };
}

/** The state with this hold in place of the one of its name; without it where it holds nothing any more. */
export function withHold(state: ClientState, hold: Hold): ClientState {
  const { holds: before = [], ...others } = state;
  const isKnown = before.some(({ id }) => id === hold.id);
  const after = isKnown ? before.map((one) => (one.id === hold.id ? hold : one)) : [...before, hold];
  const holds = after.filter(({ lots }) => lots.length > 0);
  return { ...others, ...(holds.length > 0 && { holds }) };
}
