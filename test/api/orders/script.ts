import mongoose from 'mongoose';
import { Refusal } from '../../../api/contract/refusal.ts';
import { accessTo } from '../../../api/domain/directory/directory.ts';
import { fulfilments } from '../../../api/domain/fulfilments.ts';
import { allocateCredits } from '../../../api/ledger/transfers/grants.ts';
import { type Agency, agencyById, insertAgency } from '../../../api/models/agency.ts';
import { insertClient, readClient, scopeOf } from '../../../api/models/client.ts';
import type { Order } from '../../../api/models/order.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import type { AgencyAccess, CrashPoint, Deps, Fulfilment } from '../../../api/ports/index.ts';
import { somebody } from '../../ledger/people.ts';

export const PRICE = 1000;

/** The provider's behaviour for one order: it delivers, refuses, or stays silent several times, although it may have delivered. */
export type Script = 'delivers' | 'refuses' | `silent-${number}`;

const shelf = () => mongoose.connection.collection<{ _id: string; asked: number; bought: boolean; agencyId: string }>('shelf');

/** A scripted phone company. Its sales lie in the database, where every process sees them. */
const number: Fulfilment = {
  delivered: 'before payment',
  async fulfil({ _id, item, agencyId }) {
    const script = item.script as Script; // `orderOf` makes all orders here
    const isSold = script !== 'refuses';
    const row = await shelf().findOneAndUpdate(
      { _id },
      { $inc: { asked: 1 }, $set: { bought: isSold, agencyId } },
      { upsert: true, returnDocument: 'after' },
    );
    const silences = script.startsWith('silent-') ? Number(script.slice(7)) : 0;
    if ((row?.asked ?? 0) <= silences) throw new Refusal('telephony.provider_unavailable');
    return isSold ? { delivered: true } : { delivered: false, code: 'number.taken' };
  },
  async release({ _id }) {
    await shelf().updateOne({ _id }, { $set: { bought: false } });
  },
};

/** Lists the orders of one agency for which the provider sold a number. */
export async function soldTo(agencyId: string): Promise<string[]> {
  const rows = await shelf().find({ agencyId, bought: true }).toArray();
  return rows.map(({ _id }) => _id).sort();
}

export const orderOf = (orderId: string, script: Script) => ({
  orderId,
  memberId: 'mem_1',
  pay: 'credits' as const,
  ware: { kind: 'number' as const, name: 'A number', item: { script }, subjectId: 'num_1', priceMillis: PRICE },
});

/** The parts of a process that an order paid with credits needs. */
export const depsAt = (now: () => Date, reached: (point: CrashPoint) => void = () => {}): Deps =>
  ({
    now,
    reached,
    fulfilments: { ...fulfilments, number },
    log: { info: () => {}, error: () => {} },
    draining: new AbortController().signal,
  }) as unknown as Deps; // nothing else is used

/** Opens an agency with one client that has credits. */
export async function openClient(name: string, millis: number): Promise<{ access: AgencyAccess; client: ClientScope }> {
  const plan = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0 };
  const settings = { plan, plans: [] };
  const agency = {
    ...{ _id: `agn_${name}`, name, slug: name, formerSlugs: [], brand: {}, settings: { test: settings, live: settings } },
    ...{ version: 0, testGeneration: 0, stripe: {}, createdAt: somebody.at },
    publishableKeys: [{ mode: 'test', key: `wlp_test_${name}` }],
    secretKeys: [{ mode: 'test', fingerprint: name, last4: 'last' }],
  } as unknown as Agency; // fields that orders do not read are left out
  await insertAgency(agency);
  const found = accessTo(agency, 'test');
  const client = { _id: `cli_${name}`, subject: `sub_${name}`, members: [], profile: {}, freeMillis: 0, createdAt: somebody.at };
  await insertClient(found.scope, { ...client, ...found.scope });
  const scope = { ...found.scope, clientId: client._id, subject: client.subject };
  await allocateCredits(scope, { requestId: `gift-${name}`, millis, description: 'Enough', ...somebody });
  return { access: found, client: scope };
}

/** Finds the same agency and client in another process. */
export async function findClient(name: string): Promise<{ access: AgencyAccess; client: ClientScope }> {
  const found = accessTo((await agencyById(`agn_${name}`)) as Agency, 'test'); // the first process created both
  const client = await readClient(found.scope, `cli_${name}`);
  return { access: found, client: scopeOf(client as NonNullable<typeof client>) };
}

export const isOver = ({ state }: Order): boolean => state !== 'open' && state !== 'working';
