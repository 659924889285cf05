import assert from 'node:assert/strict';
import { Totals } from '../../ledger/totals.ts';
import { knownAgencies } from '../../models/agency.ts';
import { countClients, readClientsBy } from '../../models/client.ts';
import { readHashes } from '../../models/entry.ts';
import { readEntriesNamed } from '../../models/journal.ts';
import { countOrders } from '../../models/order.ts';
import { countPurchases } from '../../models/purchase.ts';
import { type Register, type RegisteredHead, type RegisteredPlace, readNewestNumber, registersUpTo } from '../../models/register.ts';
import { type AgencyScope, within } from '../../models/scope.ts';
import type { Seals } from '../../security/seals.ts';
import { Batches } from './batches.ts';
import type { Findings } from './findings.ts';
import { registerText, subjectOf } from './make-registers.ts';
import type { Visitor } from './visitor.ts';

const CHAIN = 'the registers are as they were sealed, each names the one before, and none is missing';
const HEADS = 'every entry of the ledger that a register names is there as it was';
const JOURNALS = 'every entry of a journal that a register names is there as it was';
const OWNERS = 'every account belongs to the client and the agency that it was registered with';
const TOTALS = 'all transfers that were registered are there, and moved what was registered';
const COUNTS = 'no client, purchase or order is gone since it was registered';

/** A register that an operator kept outside, by number and seal. */
export interface KeptHead {
  number: number;
  seal: string;
}

/**
 * Reads `12:seal`, as a report prints it.
 * @returns undefined for another form
 */
export function keptHead(text: string): KeptHead | undefined {
  const [, number, seal = ''] = /^(\d{1,12}):([\w-]{22})$/.exec(text) ?? [];
  return number === undefined ? undefined : { number: Number(number), seal };
}

/** Counts transfers written before the newest register, as registers count them. */
export class Written implements Visitor {
  readonly totals = new Totals();
  readonly #before: Date;

  constructor(newest: Register | null) {
    this.#before = newest?.through ?? new Date(0);
  }

  see(transfer: Parameters<Visitor['see']>[0]): void {
    if (transfer.writtenAt < this.#before) this.totals.add(transfer);
  }

  end(): void {}
}

interface Compared {
  seals: Seals;
  /** The newest register when the audit began, and the transfers before it. */
  newest: Register | null;
  written: Totals;
  /** The highest register number in an entry of a journal. */
  named: number;
  since: KeptHead | undefined;
}

/** Compares ledger, journals, clients and agencies with every register, from the newest back to the first. */
export async function auditRegisters(findings: Findings, { seals, newest, written, named, since }: Compared): Promise<void> {
  findings.expect(CHAIN, HEADS, JOURNALS, OWNERS, TOTALS, COUNTS);
  const chain = new Chain(seals, since);
  const registered = new Totals();
  const lookUps = openLookUps(findings);
  // Includes registers made during the audit, because a journal may name them already.
  for await (const register of registersUpTo(await readNewestNumber())) {
    // The contents of a forged register are not compared.
    await findings.note(CHAIN, { what: `register ${register._id}` }, async () => {
      chain.look(register);
      if (newest && register._id <= newest._id) for (const ledger of register.ledgers) registered.include(ledger);
      await lookUps.add(register);
    });
  }
  await findings.note(CHAIN, { what: 'the registers' }, () => chain.end(named));
  await lookUps.end();
  compareTotals(findings, registered, written);
  if (newest) await compareCounts(findings, newest);
}

/** Follows the registers back; each is named by the next one. */
class Chain {
  readonly #seals: Seals;
  readonly #since: KeptHead | undefined;
  #newest = 0;
  #after: Register | undefined;

  constructor(seals: Seals, since: KeptHead | undefined) {
    this.#seals = seals;
    this.#since = since;
  }

  look(register: Register): void {
    const after = this.#after;
    const { _id: number, keyId, seal } = register;
    this.#after = register;
    this.#newest = Math.max(this.#newest, number);
    assert.equal(keyId, this.#seals.keyId, 'it was sealed with other keys than these; were the keys replaced?');
    assert.equal(seal, this.#seals.of('register', registerText(register)), 'it is not as it was sealed');
    if (this.#since?.number === number) assert.equal(seal, this.#since.seal, 'it is another than the one that you kept');
    if (!after) return;
    assert.equal(number, after._id - 1, `register ${number + 1} is missing`);
    assert.equal(after.previous, seal, `register ${after._id} names another one before it`);
  }

  /** @param named the highest number in a journal */
  end(named: number): void {
    const newest = this.#newest === 0 ? 'there is none' : `the newest is ${this.#newest}`;
    assert(named <= this.#newest, `register ${named} is missing: an entry of a journal names it, and ${newest}`);
    const kept = this.#since?.number ?? 0;
    assert(kept <= this.#newest, `register ${kept} is missing: you kept it, and ${newest}`);
    const first = this.#after?._id ?? 1;
    assert.equal(first, 1, `the registers before ${first} are missing`);
  }
}

type Head = AgencyScope & RegisteredHead & { at: string };
type Place = RegisteredPlace & { at: string };

/** Looks up everything that registers name, in batches. */
function openLookUps(findings: Findings): { add(register: Register): Promise<void>; end(): Promise<void> } {
  const [heads, places, owners] = [entriesLookUp(findings), journalsLookUp(findings), ownersLookUp(findings)];
  const agencies = new Set<string>();
  return {
    async add({ at, ledgers, journals }) {
      const day = at.toISOString();
      for (const { heads: those, ...ledger } of ledgers) {
        agencies.add(ledger.agencyId);
        const named = those.map((head) => ({ ...head, ...within(ledger), at: day }));
        await heads.add(...named);
        await owners.add(...named.filter(({ clientId }) => clientId !== undefined));
      }
      for (const { agencyId } of journals) agencies.add(agencyId);
      await places.add(...journals.map((place) => ({ ...place, at: day })));
    },
    async end() {
      for (const batches of [heads, places, owners]) await batches.flush();
      const known = await knownAgencies([...agencies]);
      for (const agencyId of agencies)
        if (!known.has(agencyId)) findings.add(OWNERS, { what: agencyId }, 'there is no such agency any more');
    },
  };
}

function entriesLookUp(findings: Findings): Batches<Head> {
  const placeOf = ({ agencyId, account, seq }: Head) => ({
    what: `entry ${seq} of ${account} of ${agencyId}`,
    account: `${agencyId}/${account}`,
    seq,
  });
  const work = async (asked: readonly Head[]) => {
    const found = await readHashes(asked);
    for (const head of asked) {
      const there = found.get(`${head.agencyId}/${head.account}#${head.seq}`);
      if (there !== head.hash) findings.add(HEADS, placeOf(head), missing(there, head.at));
    }
  };
  return new Batches<Head>({ findings, name: HEADS, placeOf, work });
}

function journalsLookUp(findings: Findings): Batches<Place> {
  const placeOf = ({ agencyId, seq }: Place) => ({ what: `entry ${seq} of the journal of ${agencyId}`, account: agencyId, seq });
  const work = async (asked: readonly Place[]) => {
    const found = await readEntriesNamed(asked);
    for (const place of asked) {
      const there = found.get(`${place.agencyId}/${place.seq}`)?.hash;
      if (there !== place.hash) findings.add(JOURNALS, placeOf(place), missing(there, place.at));
    }
  };
  return new Batches<Place>({ findings, name: JOURNALS, placeOf, work });
}

function ownersLookUp(findings: Findings): Batches<Head> {
  const placeOf = ({ agencyId, account }: Head) => ({ what: `${account} of ${agencyId}` });
  const work = async (asked: readonly Head[]) => {
    const subjects = asked.map(({ account }) => subjectOf(account));
    const found = new Map((await readClientsBy('subject', subjects)).map((client) => [client.subject, client]));
    for (const head of asked) {
      const client = found.get(subjectOf(head.account));
      const isIts = client?._id === head.clientId && client?.agencyId === head.agencyId && client.world === head.world;
      const now = client ? `it is that of ${client._id}` : "it is nobody's";
      if (!isIts) findings.add(OWNERS, placeOf(head), `on ${head.at} it was that of ${head.clientId}, and now ${now}`);
    }
  };
  return new Batches<Head>({ findings, name: OWNERS, placeOf, work });
}

const missing = (there: string | undefined, at: string): string =>
  `it was registered on ${at}, and ${there === undefined ? 'is gone' : 'is another now'}`;

/** Compares counts. Transfers that arrived after their period make more than registered, and carry a seal. Less is never right. */
function compareTotals(findings: Findings, registered: Totals, written: Totals): void {
  const worlds = new Map([...registered.worlds(), ...written.worlds()].map((scope) => [`${scope.agencyId}/${scope.world}`, scope]));
  for (const [what, scope] of worlds) {
    const [then, now] = [registered.of(scope), written.of(scope)];
    const gone = then.transfers - now.transfers;
    const strange = now.unsealed - then.unsealed;
    if (gone > 0) findings.add(TOTALS, { what }, `${gone} of ${then.transfers} transfers are gone`);
    if (strange > 0) findings.add(TOTALS, { what }, `${strange} transfers without a seal were not there when their time was registered`);
    if (gone !== 0) continue;
    const amounts = new Map(now.sums.map(({ account, amount }) => [account, amount]));
    for (const { account, amount } of then.sums) {
      const moved = amounts.get(account) ?? 0;
      if (moved !== amount)
        findings.add(TOTALS, { what, account: `${what} ${account}` }, `${account} had moved by ${amount}, and now by ${moved}`);
    }
  }
}

async function compareCounts(findings: Findings, { counts, at }: Register): Promise<void> {
  const now: Record<string, number> = { clients: await countClients(), purchases: await countPurchases(), orders: await countOrders() };
  for (const { collection, documents } of counts) {
    const there = now[collection] ?? documents;
    if (there < documents)
      findings.add(COUNTS, { what: collection }, `there were ${documents} on ${at.toISOString()}, and now there are ${there}`);
  }
}
