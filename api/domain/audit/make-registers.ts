import { isClient } from '../../ledger/accounts.ts';
import { canonicalJson } from '../../ledger/chain.ts';
import { entriesOf } from '../../ledger/reading.ts';
import { Totals } from '../../ledger/totals.ts';
import { keyOf } from '../../ledger/write/heads.ts';
import { countClients, countUnsealedClients, readClientsBy } from '../../models/client.ts';
import { countUnsealedClaims } from '../../models/grant.ts';
import { hasUnsealedActs, readPlacesSince } from '../../models/journal.ts';
import { countUnsealedReleases } from '../../models/number.ts';
import { countOrders, countUnsealedOrders } from '../../models/order.ts';
import { countPurchases } from '../../models/purchase.ts';
import {
  insertRegister,
  type Register,
  type RegisteredHead,
  type RegisteredLedger,
  readNewestRegister,
  type UnsealedDocuments,
} from '../../models/register.ts';
import type { AgencyScope } from '../../models/scope.ts';
import { hasUnsealedTransfers, prefixOf, readWindow, type WrittenTransfer } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later, MINUTE_MS } from '../../rules/time.ts';
import { type Seals, sealsOf } from '../../security/seals.ts';

/** Interval between registers, while anything changes. */
const EVERY_MS = MINUTE_MS;
/** Age at which every write is visible, whatever its process's clock. Only older ones are registered. */
export const SETTLED_MS = 5000;
/** Transfers of one register, so that neither its size nor its memory grows with the ledger. */
const TRANSFERS_MAX = 10_000;
/** Registers of one round. */
const AT_ONCE = 20;

/** Builds the text that a register's seal covers: everything in it. */
export const registerText = ({ seal: _seal, ...said }: Omit<Register, 'seal'> & { seal?: string }): string => canonicalJson(said);

/** Registers the changes since the last register, if it is old enough. Registers a never registered ledger in parts. */
export async function registerDue({ keys, log }: Pick<Deps, 'keys' | 'log'>): Promise<void> {
  const newest = await readNewestRegister();
  const settled = new Date(Date.now() - SETTLED_MS);
  if (newest && settled.getTime() - newest.through.getTime() < EVERY_MS) return;
  const made = await registerUpTo(settled, sealsOf(keys), AT_ONCE);
  const last = made.at(-1);
  if (last)
    log.info(
      { register: headOf(last) },
      'ledger.registered: the ledger was registered; whoever keeps this head can tell later whether anything is gone',
    );
}

/** Returns the text that an operator keeps outside: it stands for everything written before. */
export const headOf = ({ _id, seal }: Pick<Register, '_id' | 'seal'>): string => `${_id}:${seal}`;

/**
 * Registers everything written before `until` that is not registered yet. Stops if another process is registering.
 * @param until real time, old enough that nothing older can still appear
 */
export async function registerUpTo(until: Date, seals: Seals, most = Number.POSITIVE_INFINITY): Promise<Register[]> {
  const made: Register[] = [];
  for (let newest = await readNewestRegister(); made.length < most; ) {
    const register = await next(newest, until, seals);
    if (!register || !(await insertRegister(register))) break;
    made.push(register);
    newest = register;
  }
  return made;
}

/** Builds the register after the newest one; undefined if nothing has changed. */
async function next(newest: Register | null, until: Date, seals: Seals): Promise<Register | undefined> {
  const from = newest?.through ?? new Date(0);
  if (until <= from) return undefined;
  const read = await readWindow(from, until, TRANSFERS_MAX);
  const isFull = read.length === TRANSFERS_MAX;
  // The last millisecond may have more transfers.
  const through = isFull ? endOf(read, from) : until;
  const transfers = isFull ? read.filter(({ writtenAt }) => writtenAt < through) : read;
  const journals = await readPlacesSince(newest ? later(newest.at, -2 * SETTLED_MS) : new Date(0));
  const known = new Set(newest?.journals.map(({ agencyId, seq }) => `${agencyId}/${seq}`));
  const moved = journals.filter(({ agencyId, seq }) => !known.has(`${agencyId}/${seq}`));
  if (transfers.length === 0 && moved.length === 0) return undefined;
  const at = new Date();
  const register: Omit<Register, 'seal'> = {
    _id: (newest?._id ?? 0) + 1,
    previous: newest?.seal ?? '',
    keyId: seals.keyId,
    at,
    from,
    through,
    ...(newest === null && { unsealedUntil: await unsealedUntil(at) }),
    ledgers: await ledgersOf(transfers),
    journals: moved,
    counts: [
      { collection: 'clients', documents: await countClients() },
      { collection: 'purchases', documents: await countPurchases() },
      { collection: 'orders', documents: await countOrders() },
    ],
    unsealed: await unsealedDocuments(newest, at),
  };
  return { ...register, seal: seals.of('register', registerText(register)) };
}

function endOf(transfers: readonly WrittenTransfer[], from: Date): Date {
  const last = transfers.at(-1)?.writtenAt ?? from;
  return last > from ? last : later(from, 1);
}

/**
 * Returns until when documents may lack a seal. If none lacks one, none ever may. Otherwise processes older than seals may still run, and
 * have a day to end.
 */
async function unsealedUntil(at: Date): Promise<Date> {
  const isOld = (await hasUnsealedTransfers()) || (await hasUnsealedActs());
  return isOld ? later(at, DAY_MS) : new Date(0);
}

/** Counts unsealed documents for a day after the first count, because older processes may run that long. Then the number must not grow. */
async function unsealedDocuments(newest: Register | null, at: Date): Promise<UnsealedDocuments> {
  const before = newest?.unsealed;
  if (before && before.until <= at) return before;
  const counts: UnsealedDocuments['counts'] = {
    promise: await countUnsealedClients('promiseSeal'),
    plan: await countUnsealedClients('planSeal'),
    order: await countUnsealedOrders(),
    release: await countUnsealedReleases(),
    claim: await countUnsealedClaims(),
  };
  const isOld = Object.values(counts).some((count) => count > 0);
  return { until: before?.until ?? (isOld ? later(at, DAY_MS) : new Date(0)), counts };
}

async function ledgersOf(transfers: readonly WrittenTransfer[]): Promise<RegisteredLedger[]> {
  const totals = new Totals();
  const heads = new Map<string, AgencyScope & RegisteredHead & { isNew: boolean }>();
  for (const transfer of transfers.filter(isLegible)) {
    totals.add(transfer);
    const { agencyId, world } = transfer;
    for (const { account, seq, hash } of entriesOf(transfer)) {
      const key = keyOf(transfer, account);
      const before = heads.get(key);
      const isNew = seq === 1 || before?.isNew === true;
      heads.set(key, before && before.seq > seq ? { ...before, isNew } : { agencyId, world, account, seq, hash, isNew });
    }
  }
  const moved = [...heads.values()];
  const subjects = moved.flatMap(({ account, isNew }) => (isNew && isClient(account) ? [subjectOf(account)] : []));
  const owners = new Map((await readClientsBy('subject', subjects)).map(({ subject, _id }) => [subject, _id]));
  const registered = ({ account, seq, hash, isNew }: (typeof moved)[number]): RegisteredHead => {
    const clientId = isNew ? owners.get(subjectOf(account)) : undefined;
    return { account, seq, hash, ...(clientId !== undefined && { clientId }) };
  };
  const byWorld = new Map(totals.worlds().map((scope) => [prefixOf(scope), [] as RegisteredHead[]]));
  for (const head of moved) byWorld.get(prefixOf(head))?.push(registered(head));
  return totals.worlds().map((scope) => ({ ...totals.of(scope), heads: byWorld.get(prefixOf(scope)) ?? [] }));
}

/** Tells whether a transfer is readable. An unreadable one is left out, so that the others are registered; the audit reports it. */
const isLegible = ({ agencyId, world, postings }: WrittenTransfer): boolean =>
  typeof agencyId === 'string' &&
  typeof world === 'string' &&
  Array.isArray(postings) &&
  postings.every((posting) => typeof posting?.account === 'string' && typeof posting.amount === 'number');

export const subjectOf = (account: string): string => account.replace(/^client\./, '');
