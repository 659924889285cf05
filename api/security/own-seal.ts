import { type SealedKind, type Seals, sealsOf } from './seals.ts';

let own: Seals | undefined;

/** Lets this process seal what it writes into the ledger and the journals. Every process that answers callers or settles payments does. */
export function sealWith(keys: Parameters<typeof sealsOf>[0] | undefined): void {
  own = keys && sealsOf(keys);
}

/** Returns a seal by this process, or undefined if it has no keys. */
export const sealOf = (what: SealedKind, text: string): string | undefined => own?.of(what, text);
