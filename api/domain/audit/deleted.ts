import { clientOf } from '../../ledger/accounts.ts';
import { type Client, scopeOf } from '../../models/client.ts';
import { everyDeletedClient } from '../../models/deletion.ts';
import { postingOn, readEntries } from '../../models/entry.ts';
import { readUnreleased } from '../../models/number.ts';
import { readUnfinished } from '../../models/order.ts';
import { readUnended, unsettled } from '../../models/purchase.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import type { Findings } from './findings.ts';
import { isLate } from './passing.ts';

const NAME = 'a deleted client has no number, no open order or payment page, no promise that waits, and no credits';

/**
 * Checks that nothing of a deleted client is left that can be paid, costs money or vanishes.
 * @param business business time, at which clients are deleted; `real` is that of the ledger
 */
export async function auditDeleted(findings: Findings, { business, real }: { business: Date; real: Date }): Promise<void> {
  findings.expect(NAME);
  for await (const client of everyDeletedClient()) {
    const { _id: what, deletedAt = business } = client;
    if (!isLate(deletedAt, business)) continue; // it is looked at once more
    await findings.note(NAME, { what }, async () => {
      for (const left of await leftOf(client, real))
        findings.add(NAME, { what, account: `${what} ${left}` }, `it is deleted, and has ${left}`);
    });
  }
}

async function leftOf(client: Client, real: Date): Promise<string[]> {
  const scope = scopeOf(client);
  const [numbers, orders, purchases] = await Promise.all([readUnreleased(scope), readUnfinished(scope), readUnended(scope)]);
  const pages = purchases.filter(({ state }) => unsettled.includes(state));
  const waits = client.freeWaits !== undefined || (client.planFreeWaits ?? []).length > 0;
  // Money that goes back takes its credits with it.
  const credits = purchases.length > 0 ? 0 : await creditsOf(scope, real);
  return [
    ...numbers.map(({ _id }) => `the number ${_id}`),
    ...orders.map(({ _id }) => `the order ${_id}`),
    ...pages.map(({ _id }) => `the purchase ${_id}`),
    ...(waits ? ['free credits that wait'] : []),
    ...(credits > 0 ? [`${credits} milli-credits`] : []),
  ];
}

async function creditsOf(scope: ClientScope, real: Date): Promise<number> {
  const [newest] = await readEntries(scope, clientOf(scope), { limit: 1 });
  if (!newest || !isLate(newest.writtenAt, real)) return 0;
  return (postingOn(newest, clientOf(scope)).after as ClientState).available; // of a client's account
}
