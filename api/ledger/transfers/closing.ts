import { AMOUNT_MAX } from '../../contract/values.ts';
import type { ClientScope } from '../../models/scope.ts';
import { clientOf, issuedBy, minutesOf } from '../accounts.ts';
import { legs } from '../legs.ts';
import { readStanding } from '../standing.ts';
import { draw, sumTaken } from '../state/lots.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';

/**
 * Empties the account of a client that goes. Unused free credits return to the agency's minutes, and all others lapse. Held credits stay
 * until whatever holds them ends. Repeating it takes what has come since, and nothing twice.
 */
export async function closeAccount(scope: ClientScope, act: Act): Promise<void> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  for (;;) {
    const { seq, state } = await readStanding(scope);
    if (state.available === 0) return;
    await commit(scope, {
      ...act,
      kind: 'account.close',
      // Named by the entry before it: whoever else closes the account then writes the same transfer.
      cause: `${scope.clientId}.${seq}`,
      content: { client, seq },
      guarded: [client, minutes],
      legs: (stateOf) => {
        const { taken, millis } = draw(stateOf(client).lots, AMOUNT_MAX);
        const free = sumTaken(taken, ({ prepaid }) => prepaid);
        return legs([client, -millis], [minutes, free], [issuedBy(scope), millis - free]);
      },
    });
  }
}
