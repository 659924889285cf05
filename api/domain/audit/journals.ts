import assert from 'node:assert/strict';
import { causeOf, clientIn, isDone } from '../../ledger/reading.ts';
import { type Agency, readAgencyIds } from '../../models/agency.ts';
import { readClientsBy } from '../../models/client.ts';
import { everyEntry, type JournalEntry, type JournalPlace, readActs } from '../../models/journal.ts';
import { readTransfers, type Transfer } from '../../models/transfer.ts';
import type { Seals } from '../../security/seals.ts';
import { hashOfEntry } from '../journal/journal.ts';
import { Batches } from './batches.ts';
import { type Findings, placeOf } from './findings.ts';
import { subjectOf } from './make-registers.ts';
import type { Visitor } from './visitor.ts';

const CHAIN = 'the journals of the agencies are as they were written';
const SEALS = "every entry of a journal carries the seal of this server's keys";
const ACTS = 'what a journal says was given to a client is in the ledger';

/** Actions that give a client credits. Their transfers have the same cause. */
const gifts: readonly string[] = ['credits.allocate', 'credits.recharge'];
/** Actions that give an agency minutes. */
const openings: readonly string[] = ['agencies.create', 'agency.startTestAnew'];

/**
 * Checks an agency's whole chain.
 * @returns the number of the first entry that was changed, moved or is missing, or null
 */
export async function firstBrokenEntry(
  agencyId: string,
  see: (entry: JournalEntry) => void | Promise<void> = () => {},
): Promise<number | null> {
  let place: JournalPlace = { seq: 0, hash: '' };
  for await (const entry of everyEntry(agencyId)) {
    if (entry.seq !== place.seq + 1 || entry.hash !== hashOfEntry(place.hash, entry)) return place.seq + 1;
    await see(entry);
    place = entry;
  }
  return null;
}

/** Checks gifts without a payment as they come by in the ledger. */
export interface Gifts extends Visitor {
  /** How often the platform gave each agency minutes. */
  minutes: ReadonlyMap<string, number>;
}

/**
 * Looks for gifts without an action in the journal. An action is written after its work, so a crash in between leaves a gift without one: a
 * remark, no violation. The gift's seal proves that it was made with the server's keys.
 */
export function auditGifts(findings: Findings): Gifts {
  const minutes = new Map<string, number>();
  const actOf = (transfer: Transfer) => ({ agencyId: transfer.agencyId, cause: `${transfer.kind}/${causeOf(transfer)}` });
  const work = async (transfers: readonly Transfer[]) => {
    const acts = await readActs(transfers.map(actOf));
    for (const transfer of transfers) {
      const { agencyId, cause } = actOf(transfer);
      if (!acts.has(`${agencyId}/${cause}`)) findings.remark(`${transfer._id} is in the ledger, and not in the journal of ${agencyId}.`);
    }
  };
  const given = new Batches<Transfer>({ findings, name: ACTS, placeOf, work });
  return {
    minutes,
    async see(transfer) {
      if (gifts.some((gift) => isDone(transfer, gift))) await given.add(transfer);
      if (isDone(transfer, 'minutes.grant')) minutes.set(transfer.agencyId, (minutes.get(transfer.agencyId) ?? 0) + 1);
    },
    end: () => given.flush(),
  };
}

interface Compared {
  seals: Seals;
  /** Entries written before it may lack a seal; undefined before the first register. */
  unsealedUntil: Date | undefined;
  minutes: Gifts['minutes'];
}

/**
 * Checks every agency's chain and seals, and that its recorded gifts exist.
 * @returns the highest register number in a journal
 */
export async function auditJournals(findings: Findings, { seals, unsealedUntil, minutes }: Compared): Promise<number> {
  findings.expect(CHAIN, SEALS, ACTS);
  let [named, old] = [0, 0];
  for (const agency of await readAgencyIds()) {
    const agencyId = agency._id;
    const acts = lookUpGifts(findings, agency);
    let opened = false;
    await findings.note(CHAIN, { what: `the journal of ${agencyId}` }, async () => {
      const broken = await firstBrokenEntry(agencyId, async (entry) => {
        const { seq, action, at, hash, seal, register = 0 } = entry;
        named = Math.max(named, register);
        opened ||= openings.includes(action);
        const isOld = seal === undefined && (unsealedUntil === undefined || at < unsealedUntil);
        if (isOld) old += 1;
        else if (seal !== seals.of('journal', hash))
          findings.add(
            SEALS,
            { what: `entry ${seq} of the journal of ${agencyId}`, account: agencyId, seq },
            'somebody else has written it',
          );
        if (gifts.includes(action)) await acts.add(entry);
      });
      assert(broken === null, `entry ${broken} is not as it was written, or is missing`);
    });
    await acts.flush();
    if (minutes.has(agencyId) && !opened) findings.remark(`The platform gave ${agencyId} minutes, and its journal does not say so.`);
  }
  if (old > 0) findings.remark(`${old} entries of journals carry no seal, as they were written before there were seals.`);
  return named;
}

function lookUpGifts(findings: Findings, agency: Pick<Agency, '_id' | 'testGeneration'>): Batches<JournalEntry> {
  const entryAt = ({ seq }: JournalEntry) => ({ what: `entry ${seq} of the journal of ${agency._id}`, account: agency._id, seq });
  const work = async (entries: readonly JournalEntry[]) => {
    const named = new Map(entries.map((entry) => [entry, namesOf(agency, entry)]));
    const found = await readTransfers([...named.values()].flat().map((_id) => ({ _id, agencyId: agency._id })));
    const clients = await readClientsBy(
      '_id',
      entries.map(({ target }) => target),
    );
    const subjects = new Map(clients.map(({ _id, subject }) => [_id, subject]));
    for (const [entry, names] of named) {
      const { target } = entry;
      const transfer = names.map((name) => found.get(name)).find((there) => there && there.refused === undefined);
      if (!transfer) findings.add(ACTS, entryAt(entry), `${target} was given credits, and ${names[0]} is not in the ledger`);
      else if (subjectOf(clientIn(transfer)?.account ?? '') !== subjects.get(target))
        findings.add(ACTS, entryAt(entry), `${target} was given credits, and ${transfer._id} gave them to another`);
    }
  };
  return new Batches<JournalEntry>({ findings, name: ACTS, placeOf: entryAt, work });
}

/** Returns the possible names of an action's transfer: the journal knows the mode, the ledger the world. */
function namesOf({ _id: agencyId, testGeneration }: Pick<Agency, '_id' | 'testGeneration'>, { mode, cause }: JournalEntry): string[] {
  const worlds = mode === 'live' ? ['live'] : Array.from({ length: testGeneration + 1 }, (_, generation) => `test.${generation}`);
  return worlds.map((world) => `${agencyId}/${world}/${cause}`);
}
