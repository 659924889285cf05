import assert from 'node:assert/strict';
import { clientOf } from '../../ledger/accounts.ts';
import { amountOn, causeOf, clientIn, entriesOf, freeCorrected, isDone } from '../../ledger/reading.ts';
import { lotId } from '../../ledger/state/effects.ts';
import { causeOfPlanFree } from '../../ledger/transfers/grants.ts';
import { knownAgencies } from '../../models/agency.ts';
import { type Client, everyClient, readClientsBy, scopeOf } from '../../models/client.ts';
import { readClaims } from '../../models/grant.ts';
import type { ClientScope } from '../../models/scope.ts';
import { prefixOf, readTransfers, type Transfer } from '../../models/transfer.ts';
import { Batches, lookUpAll } from './batches.ts';
import type { SealedDocuments } from './documents.ts';
import { type Findings, placeOf } from './findings.ts';
import type { FreeReturns, NamedPromise } from './free-returns.ts';
import { subjectOf } from './make-registers.ts';
import type { Plans } from './plans.ts';
import type { Visitor } from './visitor.ts';

const ACCOUNTS = 'every account of the ledger belongs to a client';
const OWNERS = 'every purchase, order, number and hold belongs to its client and to the account of that client';
const GRANTS = 'free credits came to the client that they were promised to, as many as were promised';
const CLAIMS = 'whoever had free credits is claimed to have had them, so that the same mailbox has them once';
const AGENCIES = 'every client belongs to an agency';

/** Checks that each account has a client, at the account's first entry, and that free credits came and went as they were promised. */
export function auditAccounts(findings: Findings, returns: FreeReturns): Visitor {
  findings.expect(ACCOUNTS, GRANTS);
  const work = async (transfers: readonly Transfer[]) => {
    const subjects = transfers.map((transfer) => subjectOf(clientIn(transfer)?.account ?? ''));
    const clients = new Map((await readClientsBy('subject', subjects)).map((client) => [client.subject, client]));
    for (const [index, transfer] of transfers.entries()) {
      const client = clients.get(subjects[index] ?? '');
      await findings.note(ACCOUNTS, placeOf(transfer), () => {
        assert(client, `client.${subjects[index]} is nobody's: the client is gone, or has another account`);
        assert(
          client.agencyId === transfer.agencyId && client.world === transfer.world,
          `${client._id} belongs to another agency or world`,
        );
      });
      if (client && isDone(transfer, 'free.return')) {
        const { orderId = '' } = freeCorrected(transfer) ?? {};
        const promise = promiseOf(transfer, client);
        if (promise) await returns.check(transfer, client, promise, orderId);
        else findings.add(GRANTS, placeOf(transfer), 'it went back for an order that promised it to nobody');
      }
      if (client && isDone(transfer, 'signup.grant'))
        await findings.note(GRANTS, placeOf(transfer), () =>
          assert(isPromised(transfer, client), 'it was promised to another client, or with another plan'),
        );
    }
  };
  const first = new Batches<Transfer>({ findings, name: ACCOUNTS, placeOf, work });
  return {
    async see(transfer) {
      const isFirst = entriesOf(transfer).some(({ account, seq }) => seq === 1 && account === clientIn(transfer)?.account);
      if (isFirst || isDone(transfer, 'signup.grant') || isDone(transfer, 'free.return')) await first.add(transfer);
    },
    end: () => first.flush(),
  };
}

/** Tells whether free credits were promised to this client: at its sign-up, or as many of them with a plan. */
function isPromised(transfer: Transfer, client: Client): boolean {
  const cause = causeOf(transfer);
  if (cause === client._id) return true;
  const scope = scopeOf(client);
  const promised = Object.entries(client.planFree ?? {}).find(([planId]) => causeOfPlanFree(scope, planId) === cause)?.[1];
  return promised !== undefined && amountOn(transfer, clientOf(scope)) === promised.millis;
}

/** Finds the promise of free credits that went back for the order that promised them. Promises of before name no order. */
function promiseOf(transfer: Transfer, client: Client): NamedPromise | undefined {
  const { orderId, lot } = freeCorrected(transfer) ?? {};
  return Object.entries(client.planFree ?? {}).find(([name, promise]) => {
    const isOurs = lot === lotId('signup.grant', causeOfPlanFree(scopeOf(client), name));
    return isOurs && (promise.orderId ?? orderId) === orderId;
  });
}

interface Checked {
  documents: SealedDocuments;
  plans: Plans;
  returns: FreeReturns;
}

/** Checks each client against its agency and its free credits. */
export async function auditClients(findings: Findings, { documents, plans, returns }: Checked): Promise<void> {
  findings.expect(AGENCIES, GRANTS, CLAIMS);
  const work = async (clients: readonly Client[]) => {
    const agencies = await knownAgencies([...new Set(clients.map(({ agencyId }) => agencyId))]);
    const idOf = (client: Client) => `${prefixOf(client)}signup.grant/${client._id}`;
    const grants = await readTransfers(clients.map((client) => ({ agencyId: client.agencyId, _id: idOf(client) })));
    const claims = await readClaims(clients.map(({ _id }) => _id));
    for (const claim of claims) documents.claim(claim);
    const claimed = new Set(claims.map(({ agencyId, world, clientId }) => `${agencyId}/${world}/${clientId}`));
    await plans.check(clients);
    await returns.checkShares(clients);
    for (const client of clients) {
      documents.client(client);
      const { agencyId, freeMillis, _id: what } = client;
      if (!agencies.has(agencyId)) findings.add(AGENCIES, { what }, `there is no agency ${agencyId}`);
      const grant = grants.get(idOf(client));
      if (!grant || grant.refused !== undefined) continue; // the address had them before, the day was full or the agency had no minutes
      // Grants before seals may also be older than claims.
      if (grant.seal !== undefined && !claimed.has(`${prefixOf(client)}${what}`)) findings.add(CLAIMS, { what }, 'its claim is gone');
      await findings.note(GRANTS, { what }, () => {
        const came = amountOn(grant, clientOf(scopeOf(client)));
        assert.equal(came, freeMillis, `${freeMillis} were promised, and ${came} came`);
      });
    }
  };
  await lookUpAll(everyClient(), { findings, name: GRANTS, placeOf: ({ _id: what }) => ({ what }), work });
}

/** A document that names a client and its account. */
interface Owned extends ClientScope {
  what: string;
}
export type Owners = Batches<Owned>;

/** Checks that a document names a client and an account that belong together. */
export function auditOwners(findings: Findings): Owners {
  findings.expect(OWNERS);
  const work = async (owned: readonly Owned[]) => {
    const clients = new Map(
      (
        await readClientsBy(
          '_id',
          owned.map(({ clientId }) => clientId),
        )
      ).map((client) => [client._id, client]),
    );
    for (const { what, agencyId, world, clientId, subject } of owned)
      await findings.note(OWNERS, { what }, () => {
        const client = clients.get(clientId);
        assert(client && client.agencyId === agencyId && client.world === world, `there is no client ${clientId}`);
        assert.equal(subject, client.subject, `it names ${clientId} and the account of another client`);
      });
  };
  return new Batches<Owned>({ findings, name: OWNERS, placeOf: ({ what }) => ({ what }), work });
}
