import { Refusal, refuse } from '../../contract/refusal.ts';
import type { ClientScope } from '../../models/scope.ts';
import { readNamed } from '../../models/transfer.ts';
import { clientOf, minutesOf } from '../accounts.ts';
import { legs } from '../legs.ts';
import { amountOn } from '../reading.ts';
import { readStanding } from '../standing.ts';
import { lotId } from '../state/effects.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';
import { hasFree } from './grants.ts';

/** Free credits that came with an order, and how many of them its money's way back asks for. */
export interface FreeReturn extends Act {
  /** The cause of their grant. */
  cause: string;
  orderId: string;
  /** The total that shall have gone back, in milli-credits: more than before takes, less gives back. */
  totalMillis: number;
}

/**
 * Returns free credits to the agency's minutes, up to a total. Only unused ones go; the client owes nothing for the rest. Repeating it moves
 * nothing twice, and takes what a call or an order has released since.
 */
export async function returnFree(scope: ClientScope, { cause, orderId, totalMillis, ...act }: FreeReturn): Promise<void> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  const lot = lotId('signup.grant', cause);
  for (;;) {
    const { millis: before, count } = await readFreeReturned(scope, cause);
    if (before === totalMillis) return;
    try {
      await commit(scope, {
        ...act,
        kind: 'free.return',
        // Named by its number: whoever else returns them at the same time finds this one, and looks again.
        cause: `${cause}.${count}`,
        correction: { orderId, lot },
        content: { client, lot },
        guarded: [client, minutes],
        legs: (stateOf) => {
          const unused = stateOf(client).lots.find(({ id }) => id === lot)?.remaining ?? 0;
          const millis = Math.min(totalMillis - before, unused);
          // Thrown rather than stored, because used ones may come back.
          return millis === 0 ? refuse('credits.insufficient') : legs([client, -millis], [minutes, millis]);
        },
      });
    } catch (error) {
      if (error instanceof Refusal && error.code === 'credits.insufficient') return;
      throw error;
    }
  }
}

/** Reads how many free credits of a grant went back to the agency with their order's money, in how many transfers. */
export async function readFreeReturned(scope: ClientScope, cause: string): Promise<{ millis: number; count: number }> {
  let millis = 0;
  for (let count = 0; ; count += 1) {
    const [transfer] = await readNamed(scope, ['free.return'], `${cause}.${count}`);
    if (!transfer) return { millis, count };
    millis += amountOn(transfer, minutesOf(scope));
  }
}

/** Reads how many free credits of a grant a call or an order holds at present. */
export async function readFreeHeld(scope: ClientScope, cause: string): Promise<number> {
  const { lots } = (await readStanding(scope)).state;
  return lots.find(({ id }) => id === lotId('signup.grant', cause))?.held ?? 0;
}

/** Tells whether a client has nothing of the free credits of a grant: they never came, or all of them went back unused. */
export const isFreeBackWhole = async (scope: ClientScope, { cause, millis }: { cause: string; millis: number }): Promise<boolean> =>
  !(await hasFree(scope, cause)) || (await readFreeReturned(scope, cause)).millis === millis;
