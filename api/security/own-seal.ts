import { type SealedKind, type Seals, sealsOf } from './seals.ts';

let own: Seals | undefined;

/** From now on this process seals what it writes into the ledger and the journals. Whatever answers callers or settles payments does. */
export function sealWith(keys: Parameters<typeof sealsOf>[0]): void {
  own = sealsOf(keys);
}

/** The seal of this process; undefined where it has none. */
export const sealOf = (what: SealedKind, text: string): string | undefined => own?.of(what, text);
