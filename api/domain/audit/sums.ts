import { debtTo, feesOf, heldAt, isClient, isGuarded, overrunOf, platformFees, unitOf, usedAt } from '../../ledger/accounts.ts';
import type { Before } from '../../ledger/audit/checks.ts';
import { entriesOf } from '../../ledger/reading.ts';
import type { ClientState, Transfer } from '../../models/transfer.ts';
import { currencies } from '../../rules/money.ts';
import type { Findings } from './findings.ts';
import type { Visitor } from './visitor.ts';

const NAME = 'the accounts without a chain agree with what the clients of their agency have, and with each other';

/** Sums by account, of one world of one agency. */
type Sums = Map<string, number>;

const add = (sums: Sums, account: string, amount: number) => sums.set(account, (sums.get(account) ?? 0) + amount);

/**
 * Checks the accounts without a chain, whose value is only the sum of their postings: it must match the clients' chains, and each unit must
 * sum to zero over all accounts of a world.
 */
export function auditSums(findings: Findings): Visitor {
  findings.expect(NAME);
  const ledgers = new Map<string, { scope: Pick<Transfer, 'agencyId' | 'world'>; sums: Sums; clients: Sums; units: Sums }>();
  return {
    see(transfer, before) {
      const { agencyId, world, postings } = transfer;
      const key = `${agencyId}/${world}`;
      const ledger = ledgers.get(key) ?? { scope: { agencyId, world }, sums: new Map(), clients: new Map(), units: new Map() };
      ledgers.set(key, ledger);
      for (const { account, amount } of postings) {
        add(ledger.units, unitOf(account), amount);
        if (!isGuarded(account)) add(ledger.sums, account, amount);
      }
      addClients(ledger.clients, transfer, before);
    },
    end() {
      for (const [what, { scope, sums, clients, units }] of ledgers) {
        const on = (account: string) => sums.get(account) ?? 0;
        const having = (field: string) => clients.get(field) ?? 0;
        const pairs: [string, number, number][] = [
          ['what clients hold', on(heldAt(scope)), having('held')],
          ['what clients owe', 0 - on(debtTo(scope)), having('debt')],
          ['what clients have used', on(usedAt(scope)) + on(overrunOf(scope)), having('used')],
          ...[...units].map(([unit, sum]): [string, number, number] => [`the sum of all ${unit}`, sum, 0]),
          ...currencies.map((currency): [string, number, number] => [
            `the platform's fees in ${currency}`,
            0 - on(platformFees(scope, currency)),
            on(feesOf(scope, currency)),
          ]),
        ];
        for (const [name, sum, expected] of pairs)
          if (sum !== expected)
            findings.add(NAME, { what, account: `${what} ${name}` }, `${name} is ${expected}, and the accounts say ${sum}`);
      }
    },
  };
}

function addClients(clients: Sums, transfer: Transfer, before: Before): void {
  for (const { account, after } of entriesOf(transfer)) {
    const last = before(account);
    if (!isClient(account) || !last) continue;
    const [now, then] = [after as ClientState, last.after as ClientState]; // of a client's account
    for (const field of ['held', 'debt', 'used'] as const) add(clients, field, (now[field] ?? 0) - (then[field] ?? 0));
  }
}
