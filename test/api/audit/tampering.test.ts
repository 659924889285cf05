import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOfEntry } from '../../../api/domain/journal/journal.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { sealedText } from '../../../api/ledger/sealed.ts';
import { composeTransfer, type Draft, nameDraft } from '../../../api/ledger/write/draft.ts';
import { type Client, scopeOf } from '../../../api/models/client.ts';
import { readHead } from '../../../api/models/entry.ts';
import type { JournalEntry } from '../../../api/models/journal.ts';
import { type Register, readNewestNumber } from '../../../api/models/register.ts';
import type { Lot, Posting, Transfer } from '../../../api/models/transfer.ts';
import { DAY_MS, later } from '../../../api/rules/time.ts';
import { change, copy, remove, type Tampering, testTamperings } from './tampering.ts';
import { AuditedWorld, rows, snapshot } from './world.ts';

const world = await AuditedWorld.open();
await world.shop.api.stopDueWork();
const { shop, rich, poor } = world;
const agencyId = shop.agency.id;
const newest = await readNewestNumber();
const restore = await snapshot();

test('audit A35 SX12: without tampering everything agrees both ways', async () => {
  const report = await world.audit();
  assert.deepEqual(
    report.checks.filter(({ ok }) => !ok),
    [],
  );
  assert.deepEqual(report.remarks, []);
});

/** Adds a transfer behind the newest entries, with valid hashes. Only the server can seal it. */
async function forge(client: Client, draft: Pick<Draft, 'kind' | 'cause' | 'legs' | 'guarded'>, isSealed = false): Promise<void> {
  const scope = scopeOf(client);
  const whole: Draft = { ...draft, at: new Date(), actor: 'agency', content: draft.cause };
  const heads = new Map(await Promise.all(draft.guarded.map(async (account) => [account, await readHead(scope, account)] as const)));
  const transfer = composeTransfer(scope, whole, nameDraft(scope, whole), (account) => heads.get(account) as never);
  const { seal: _seal, ...forged } = { ...transfer, writtenAt: later(new Date(), DAY_MS) };
  await rows('transfers').insertOne({ ...forged, ...(isSealed && { seal: world.seals.of('transfer', sealedText(forged)) }) } as never);
}

const on = ({ postings }: Transfer, start: string): Posting =>
  postings.find(({ account }) => account.startsWith(start)) ?? assert.fail(start);

const registered = 'every entry of the ledger that a register names';
const sealed = 'every transfer carries the seal';
const purchases = 'every purchase stands as the ledger has it';
const orders = 'every order took from its client what it cost';
const chained = 'the registers are as they were sealed';

const tamperings: Tampering[] = [
  {
    what: 'the newest entries of a client are deleted',
    do: async () => {
      for (const { _id } of (await world.entriesOf(rich)).slice(0, 3)) await remove('transfers', _id);
    },
    found: [registered, /entry \d+ of client\.\w+ of agn_\w+: it was registered on .*, and is gone/],
  },
  {
    what: 'the whole history of a paying client is deleted',
    do: () => rows('transfers').deleteMany({ 'postings.account': `client.${rich.subject}` }),
    found: [registered, new RegExp(`entry \\d+ of client\\.${rich.subject} of ${agencyId}`)],
  },
  {
    what: 'two clients swap their accounts',
    do: async () => {
      await change('clients', rich._id, (row: Client) => Object.assign(row, { subject: 'meanwhile' }));
      await change('clients', poor._id, (row: Client) => Object.assign(row, { subject: rich.subject }));
      await change('clients', rich._id, (row: Client) => Object.assign(row, { subject: poor.subject }));
    },
    found: [
      'every account belongs to the client',
      new RegExp(`client\\.${rich.subject} of .*it was that of ${rich._id}, and now it is that of ${poor._id}`),
    ],
  },
  {
    what: 'credits are given by a forged entry with a right hash',
    do: () =>
      forge(poor, {
        kind: 'credits.allocate',
        cause: 'forged',
        guarded: [`client.${poor.subject}`],
        legs: () => legs([`client.${poor.subject}`, 500_000], ['issued.test.0', -500_000]),
      }),
    found: [sealed, /credits\.allocate\/forged: it has no seal: somebody else has written it/],
  },
  {
    what: 'a purchase is said to be refunded',
    do: () => change('purchases', world.bought.purchaseId, (row) => Object.assign(row, { state: 'refunded' })),
    found: [purchases, new RegExp(`${world.bought.purchaseId}: it is refunded, and paid in the ledger`)],
  },
  {
    what: 'a paid purchase is said to be open',
    do: () => change('purchases', world.bought.purchaseId, (row) => Object.assign(row, { state: 'open' })),
    found: [purchases, new RegExp(`${world.bought.purchaseId}: it is open, and credited in the ledger`)],
  },
  {
    what: 'a purchase is said to be paid that the ledger does not have',
    do: () => copy('purchases', world.bought.purchaseId, { _id: 'pur_forged', sessionId: 'cs_forged' }),
    found: [purchases, /pur_forged: it is paid, and its credits are not in the ledger/],
  },
  {
    what: 'a journal is cut down to its first entry',
    do: () => rows('journals').deleteMany({ agencyId, seq: { $gt: 1 } }),
    found: ['every entry of a journal that a register names', new RegExp(`entry \\d+ of the journal of ${agencyId}: .*is gone`)],
  },
  {
    what: 'the journal of an agency is deleted',
    do: () => rows('journals').deleteMany({ agencyId }),
    found: ['every entry of a journal that a register names', new RegExp(`the journal of ${agencyId}`)],
  },
  {
    what: 'an order is said to be done that nobody paid for',
    do: () => copy('orders', world.orders.done, { _id: 'ord_forged' }),
    found: [orders, /ord_forged: it is done, and nothing was taken for it/],
  },
  {
    what: 'calls are charged twice, under two names',
    do: () =>
      forge(
        rich,
        {
          kind: 'usage.record',
          cause: 'ended',
          guarded: [`client.${rich.subject}`, 'minutes.test.0'],
          legs: () =>
            legs([`client.${rich.subject}`, -1000], ['used.test.0', 1000], ['minutes.test.0', -1000], ['platform.used.test.0', 1000]),
        },
        true,
      ),
    found: ['no call is charged twice', /usage\.record\/ended: the call is charged by .*hold\.resolve\/ended as well/],
  },
  {
    what: 'the expiry of a lot is moved',
    do: async () => {
      const { _id } = await entryOf('credits.purchase');
      await change('transfers', _id, (row: Transfer) => Object.assign(lotsOf(row).at(-1) ?? {}, { expiresAt: '2020-01-01T00:00:00.000Z' }));
    },
    found: ['every hash follows', /credits\.purchase\/cs_\w+: entry \d+ of client\.\w+ is not what was written/],
  },
  {
    what: 'the reminder of a running call is deleted',
    do: () => rows('holds').deleteMany({ holdId: 'running' }),
    found: ['of everything that is held for a call there is a reminder', /call\.hold\/running: it is held, and no reminder gives it back/],
  },
  {
    what: 'the reminder of a running call is put off for ever',
    do: () => rows('holds').updateOne({ holdId: 'running' }, { $set: { subject: poor.subject } }),
    found: [
      'every purchase, order, number and hold belongs',
      /the hold for call running: it names cli_\w+ and the account of another client/,
    ],
  },
  {
    what: 'the price of an order is changed',
    do: () => change('orders', world.orders.done, (row) => Object.assign(row, { priceMillis: 1 })),
    found: [orders, new RegExp(`${world.orders.done}: it costs 1, and 5000 were held for it`)],
  },
  {
    what: 'an order that was undone is said to be done',
    do: () => change('orders', world.orders.undone, (row) => Object.assign(row, { state: 'done', step: 'settled' })),
    found: [orders, new RegExp(`${world.orders.undone}: it costs 2000, and 0 were taken for it`)],
  },
  {
    what: 'an order that was given back is said to be done',
    do: () => change('orders', world.orders.refunded, (row) => Object.assign(row, { state: 'done' })),
    found: [orders, new RegExp(`${world.orders.refunded}: it was given back in the ledger, and is done`)],
  },
  {
    what: 'an order is deleted',
    do: () => remove('orders', world.orders.done),
    found: ['whatever is held, taken or given back for an order', new RegExp(`there is no order ${world.orders.done}`)],
  },
  {
    what: 'a purchase is moved to another client',
    do: () => change('purchases', world.bought.purchaseId, (row) => Object.assign(row, { clientId: poor._id, subject: poor.subject })),
    found: ['credits were bought at the price', /credits\.purchase\/cs_\w+: other credits were sold, or to another client/],
  },
  {
    what: 'a purchase is shown to another client',
    do: () => change('purchases', world.bought.purchaseId, (row) => Object.assign(row, { clientId: poor._id })),
    found: [
      'every purchase, order, number and hold belongs',
      new RegExp(`${world.bought.purchaseId}: it names ${poor._id} and the account of another`),
    ],
  },
  {
    what: 'a refund is removed',
    do: async () => remove('transfers', (await entryOf('refund.reverse'))._id),
    found: [purchases, new RegExp(`${world.refunded.purchaseId}: it is part_refunded, and paid in the ledger`)],
  },
  {
    what: 'the time of a transfer is changed',
    do: async () => change('transfers', (await entryOf('hold.resolve'))._id, (row) => Object.assign(row, { at: new Date(0) })),
    found: ['every hash follows', /hold\.resolve\/ended: entry \d+ of \S+ is not what was written/],
  },
  {
    what: 'the fee of an agency is changed on both sides',
    do: async () =>
      change('transfers', (await entryOf('credits.purchase'))._id, (row: Transfer) => {
        on(row, 'fees.').amount -= 79;
        on(row, 'platform.fees.').amount += 79;
      }),
    found: ['money comes with purchases', /a price of 4000 has another fee or revenue/],
  },
  {
    what: 'what the platform sold is said to have been used',
    do: () =>
      change('transfers', world.nameOf(`minutes.grant/${agencyId}`), (row: Transfer) =>
        Object.assign(on(row, 'platform.issued'), { account: 'platform.used.test.0' }),
      ),
    found: ['all transfers that were registered', /platform\.issued\.test\.0 had moved by -50000, and now by 0/],
  },
  {
    what: 'another is said to have done it',
    do: async () => change('transfers', (await entryOf('credits.allocate'))._id, (row) => Object.assign(row, { actor: 'platform' })),
    found: [sealed, /credits\.allocate\/\w+: it was changed, or written by somebody else/],
  },
  {
    what: 'a client is deleted',
    do: () => remove('clients', rich._id),
    found: ['every account of the ledger belongs to a client', new RegExp(`client\\.${rich.subject} is nobody's`)],
  },
  {
    what: 'a client is moved to another world',
    do: () => change('clients', rich._id, (row) => Object.assign(row, { world: 'live' })),
    found: ['every account of the ledger belongs to a client', new RegExp(`${rich._id} belongs to another agency or world`)],
  },
  {
    what: 'a transfer is moved to another world',
    do: async () => change('transfers', (await entryOf('credits.allocate'))._id, (row) => Object.assign(row, { world: 'live' })),
    found: ['a transfer is named after', /credits\.allocate\/\w+: its name is another/],
  },
  {
    what: 'more free credits are promised than came',
    do: () => change('clients', rich._id, (row) => Object.assign(row, { freeMillis: 1 })),
    found: ['free credits came to the client', new RegExp(`${rich._id}: 1 were promised, and 10000 came`)],
  },
  {
    what: 'an agency is deleted',
    do: () => remove('agencies', agencyId),
    found: ['every account belongs to the client and the agency', new RegExp(`${agencyId}: there is no such agency any more`)],
  },
  {
    what: 'a month of rent is skipped',
    do: () =>
      rows('phonenumbers').updateMany({ agencyId }, [
        { $set: { rentsPaid: { $add: ['$rentsPaid', 1] }, paidUntil: { $add: ['$paidUntil', 30 * DAY_MS] } } },
      ]),
    found: ['every month of a number was paid for', /num_\w+: month 2 is marked as paid, and 0 orders paid for it/],
  },
  {
    what: 'the day is moved until which a number is paid',
    do: () => rows('phonenumbers').updateMany({ agencyId }, [{ $set: { paidUntil: { $add: ['$paidUntil', DAY_MS] } } }]),
    found: ['every month of a number was paid for', /it is paid until .*, and marked as paid until/],
  },
  {
    what: 'an entry is doubled under another name',
    do: async () => {
      const { _id } = await entryOf('credits.allocate');
      await copy('transfers', _id, { _id: `${_id}2` });
    },
    found: ['every entry of a guarded account has its slot', /credits\.allocate\/\w+2: its slots are others/],
  },
  {
    what: 'a refusal is removed, so that the same may be tried again',
    do: () => remove('transfers', world.nameOf('call.hold/refused')),
    found: ['all transfers that were registered', new RegExp(`${agencyId}/test\\.0: 1 of \\d+ transfers are gone`)],
  },
  {
    what: 'entries are removed from the front of a journal',
    do: () => rows('journals').deleteMany({ agencyId, seq: { $lt: 3 } }),
    found: ['the journals of the agencies', new RegExp(`the journal of ${agencyId}: entry 1 is not as it was written, or is missing`)],
  },
  {
    what: 'a journal is written anew with right hashes',
    do: () => forgeJournal((entry) => Object.assign(entry, { actor: 'nobody' })),
    found: ['every entry of a journal carries the seal', new RegExp(`entry 1 of the journal of ${agencyId}: somebody else has written it`)],
  },
  {
    what: 'a journal says that a gift was given which never was',
    do: async () => {
      const gift = await rows('journals').findOne({ agencyId, action: 'credits.allocate' });
      await remove('transfers', world.nameOf(String(gift?.cause)));
    },
    found: [
      'what a journal says was given',
      new RegExp(`${rich._id} was given credits, and .*credits\\.allocate/\\w+ is not in the ledger`),
    ],
  },
  {
    what: 'the newest register is removed, and a journal names it',
    do: () => remove('registers', newest),
    found: [chained, new RegExp(`register ${newest} is missing`)],
  },
  {
    what: 'all registers are removed',
    do: () => rows('registers').deleteMany({}),
    found: [chained, new RegExp(`register ${newest} is missing: an entry of a journal names it, and there is none`)],
  },
  {
    what: 'the first register is removed',
    do: () => remove('registers', 1),
    found: [chained, /the registers before 2 are missing/],
  },
  {
    what: 'a register is changed',
    do: () => change('registers', 1, (row: Register) => Object.assign(row, { ledgers: [], through: new Date(0) })),
    found: [chained, /register 1: it is not as it was sealed/],
  },
  {
    what: 'a transfer cannot be read at all',
    do: async () => change('transfers', (await entryOf('credits.allocate'))._id, (row) => Object.assign(row, { postings: null })),
    found: ['every transfer can be read', /credits\.allocate\/\w+: /],
  },
  {
    what: 'an order cannot be read at all',
    do: () => copy('orders', world.orders.done, { _id: 'ord_odd', agencyId: null }),
    found: [orders, /ord_odd: a model was called without its agency/],
  },
];

/** Reads the rich client's newest transfer of a kind. */
async function entryOf(kind: string): Promise<Transfer> {
  return (await world.entriesOf(rich)).find((transfer) => transfer.kind === kind) ?? assert.fail(`there is no ${kind}`);
}

const lotsOf = (transfer: Transfer): Lot[] => (on(transfer, 'client.').after as { lots: Lot[] }).lots;

/** Rewrites the agency's whole journal with valid hashes. */
async function forgeJournal(work: (entry: JournalEntry) => unknown): Promise<void> {
  let previous = '';
  for (const row of await rows('journals').find({ agencyId }).sort({ seq: 1 }).toArray()) {
    const entry = row as unknown as JournalEntry;
    work(entry);
    entry.hash = hashOfEntry(previous, entry);
    previous = entry.hash;
    await rows('journals').replaceOne({ _id: row._id }, row);
  }
}

testTamperings(world, tamperings, restore);
