import { assertSound } from '../../../api/ledger/state/states.ts';
import type { ClientState, Lot } from '../../../api/models/transfer.ts';

/** A lot that was bought, of which everything is left unless `more` says otherwise. */
export const lot = (id: string, remaining: number, more: Partial<Lot> = {}): Lot => {
  const { held = 0 } = more;
  return { id, kind: 'purchased', granted: remaining + held, remaining, held, prepaid: false, expiresAt: null, ...more };
};

/** A lot of free credits. */
export const free = (id: string, remaining: number, more: Partial<Lot> = {}): Lot =>
  lot(id, remaining, { kind: 'free', prepaid: true, ...more });

/** A sound account with these lots and holds. */
export function accountWith(parts: Partial<ClientState> & Pick<ClientState, 'lots'>): ClientState {
  const { lots, used = 0, reversed = 0, debt = 0 } = parts;
  const [available, held] = [lots.reduce((sum, one) => sum + one.remaining, 0), lots.reduce((sum, one) => sum + one.held, 0)];
  const state = { available, held, used, assigned: available + held + used + reversed - debt, ...parts };
  assertSound('client.a', state);
  return state;
}
