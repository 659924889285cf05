import assert from 'node:assert/strict';
import { change, copy, type Tampering, testTamperings } from './tampering.ts';
import { AuditedWorld, type Row, rows, snapshot } from './world.ts';

const world = await AuditedWorld.open();
await world.shop.api.stopDueWork();
const { shop, rich, poor, mover } = world;
const agencyId = shop.agency.id;
const restore = await snapshot();

const sold = 'every number that was sold is that of its order';
const paid = 'every month of a number was paid for';
const proven = 'what clients were promised, are on, ordered and gave back';
const planned = 'every client is on the plan that it ordered';
const mine = (name: string) => rows(name).updateMany.bind(rows(name), { agencyId, state: 'active' });

/** Copies an existing number that nobody else has claimed. */
async function number(as: Partial<Row> & { number: string }): Promise<void> {
  const row = (await rows('phonenumbers').findOne({ agencyId, state: 'active' })) ?? assert.fail('there is one');
  const { providerClaim: _claim, sid: _sid, paidUntil: _until, rentAt: _at, ...rest } = row;
  await rows('phonenumbers').insertOne({ ...rest, claim: as.number, ...as } as Row);
}

/** Marks a client as deleted long ago, with whatever it has. */
const forget = (_id: string) => change('clients', _id, (row: Row) => Object.assign(row, { deletedAt: new Date(0) }));
const gone = 'a deleted client has no number';

const tamperings: Tampering[] = [
  {
    what: 'a deleted client has credits and a number',
    do: () => forget(rich._id),
    found: [gone, /cli_\w+: it is deleted, and has the number num_\w+.*it is deleted, and has \d+ milli-credits/],
  },
  {
    what: 'a deleted client has an order under way',
    do: async () => {
      await forget(mover._id);
      await rows('orders').updateOne({ clientId: mover._id }, { $set: { state: 'working' } });
    },
    found: [gone, /it is deleted, and has the order ord_\w+/],
  },
  {
    what: 'a deleted client can still pay',
    do: async () => {
      await forget(rich._id);
      await rows('purchases').updateOne({ clientId: rich._id }, { $set: { state: 'open' } });
    },
    found: [gone, /it is deleted, and has the purchase pur_\w+/],
  },
  {
    what: 'free credits wait for a deleted client',
    do: async () => {
      await forget(poor._id);
      await rows('clients').updateOne({ _id: poor._id }, { $set: { planFreeWaits: ['pln_1'] } });
    },
    found: [gone, /it is deleted, and has free credits that wait/],
  },
  {
    what: 'the rent of a number is taken away',
    do: () => mine('phonenumbers')({ $set: { monthlyMillis: 0 } }),
    found: [sold, /num_\w+: its rent is 2000, and said to be 0/],
  },
  {
    what: 'the rent of a number and that of its order are made smaller',
    do: async () => {
      await mine('phonenumbers')({ $set: { monthlyMillis: 1 } });
      await rows('orders').updateMany({ agencyId, kind: 'number' }, { $set: { 'item.monthlyMillis': 1 } });
    },
    found: [paid, /num_\w+: its rent is said to be 1, and ord_rent-num_\w+-1 cost 2000/],
  },
  {
    what: 'the rent of a number is never looked after',
    do: () => mine('phonenumbers')({ $unset: { rentAt: 1 } }),
    found: ['the next rent of every number', /num_\w+: it is rented, and nobody looks after its rent/],
  },
  {
    what: 'the rent of a number is looked after in a hundred years',
    do: () => mine('phonenumbers')({ $set: { rentAt: new Date('2126-01-01') } }),
    found: ['the next rent of every number', /num_\w+: its rent is put off until 2126/],
  },
  {
    what: 'the day is removed until which a number is paid',
    do: () => mine('phonenumbers')({ $unset: { paidUntil: 1 } }),
    found: [paid, /num_\w+: it is paid until .*, and marked as paid until no day at all/],
  },
  {
    what: 'the rent of a number is said to have stood still for a day',
    do: () => mine('phonenumbers')([{ $set: { pausedMs: 86_400_000, paidUntil: { $add: ['$paidUntil', 86_400_000] } } }] as never),
    found: [proven, /num_\w+: how long its rent stood still was changed, or written by somebody else/],
  },
  {
    what: 'the rent of a number is said to have stood still for a hundred days',
    do: () => mine('phonenumbers')([{ $set: { pausedMs: 8_640_000_000, paidUntil: { $add: ['$paidUntil', 8_640_000_000] } } }] as never),
    found: ['the next rent of every number', /num_\w+: nobody pays more than a month ahead/],
  },
  {
    what: 'a number that was paid for is deleted',
    do: () => rows('phonenumbers').deleteMany({ agencyId, state: 'active' }),
    found: [sold, new RegExp(`${world.orders.done}: num_\\w+ is gone, which it paid for`)],
  },
  {
    what: 'a number is said to be released',
    do: () => mine('phonenumbers')({ $set: { state: 'released', releasedAt: new Date() }, $unset: { paidUntil: 1, rentAt: 1 } }),
    found: [proven, /num_\w+: its release has no seal: somebody else has written it/],
  },
  {
    what: 'a number is released with the seal of another',
    do: async () => {
      const { releaseSeal } = (await rows('phonenumbers').findOne({ agencyId, state: 'released' })) ?? assert.fail('there is one');
      await mine('phonenumbers')({ $set: { state: 'released', releaseSeal }, $unset: { paidUntil: 1, rentAt: 1 } });
    },
    found: [proven, /num_\w+: its release was changed, or written by somebody else/],
  },
  {
    what: 'there is a number that nobody ordered',
    do: () => number({ _id: 'num_free', number: '+12125550000', monthlyMillis: 0, rentsPaid: 0 }),
    found: [sold, /num_free: no order brought it/],
  },
  {
    what: 'a number is moved to another client',
    do: () => mine('phonenumbers')({ $set: { clientId: poor._id, subject: poor.subject } }),
    found: [sold, new RegExp(`num_\\w+: it is another's than ${world.orders.done} says`)],
  },
  {
    what: 'a number is said to be another one',
    do: () => mine('phonenumbers')({ $set: { number: '+12125550001' } }),
    found: [sold, new RegExp(`num_\\w+: ${world.orders.done} is for \\+1\\d+`)],
  },
  {
    what: 'a number is said to have come from elsewhere',
    do: () => mine('phonenumbers')({ $set: { way: 'manual' } }),
    found: [sold, new RegExp(`num_\\w+: it is manual, and ${world.orders.done} says otherwise`)],
  },
  {
    what: 'an order for a number is said to be for another one',
    do: () => change('orders', world.orders.done, (row) => Object.assign(row, { subjectId: 'num_other' })),
    found: [sold, new RegExp(`${world.orders.done}: it says that it is for num_other, which it is not named after`)],
  },
  {
    what: 'the order of a month of rent is said to be for another number',
    do: () => rows('orders').updateMany({ agencyId, kind: 'rent' }, { $set: { subjectId: 'num_other' } }),
    found: [paid, /ord_rent-num_\w+-1: it says that it is for num_other/],
  },
  {
    what: 'what was ordered is changed',
    do: () => change('orders', world.orders.plan, (row) => Object.assign(row, { subjectId: 'pln_other' })),
    found: [proven, new RegExp(`${world.orders.plan}: its order was changed, or written by somebody else`)],
  },
  {
    what: 'an order that cost nothing is forged',
    do: () => copy('orders', world.orders.done, { _id: 'ord_free', kind: 'plan', priceMillis: 0, seal: undefined }),
    found: [proven, /ord_free: its order was changed, or written by somebody else/],
  },
  {
    what: 'the plan is changed that an order was for',
    do: () => change('orders', world.orders.plan, (row) => Object.assign(row, { subjectId: 'pln_other' })),
    found: [planned, new RegExp(`${mover._id}: ${world.orders.plan} put it on pln_other, and it is on ${mover.planId}`)],
  },
  {
    what: 'a client is put on a plan that it did not order',
    do: () => change('clients', poor._id, (row) => Object.assign(row, { planId: mover.planId })),
    found: [planned, new RegExp(`${poor._id}: neither an order nor its agency put it on ${mover.planId}`)],
  },
  {
    what: 'a client is put on the plan that another ordered',
    do: () => change('clients', poor._id, (row) => Object.assign(row, { planId: mover.planId, planOrderId: mover.planOrderId })),
    found: [planned, new RegExp(`${poor._id}: ${world.orders.plan} put it on a plan, and is no order of it`)],
  },
  {
    what: 'a client is taken off the plan that it ordered',
    do: () => rows('clients').updateOne({ _id: mover._id }, { $unset: { planId: 1, planOrderId: 1 } }),
    found: [planned, new RegExp(`${mover._id}: it paid for ${mover.planId} by ${world.orders.plan}, which nothing replaced`)],
  },
  {
    what: 'a client is put back on the plan that it was given before',
    do: () => rows('clients').updateOne({ _id: mover._id }, { $set: { planId: 'pln_standard' }, $unset: { planOrderId: 1, planSeal: 1 } }),
    found: [proven, new RegExp(`${mover._id}: its plan has no seal: somebody else has written it`)],
  },
  {
    what: 'more free credits are promised before they come',
    do: () => change('clients', poor._id, (row) => Object.assign(row, { freeMillis: 5_000_000 })),
    found: [proven, new RegExp(`${poor._id}: its promise was changed, or written by somebody else`)],
  },
  {
    what: 'more free credits are promised, and the seal is removed',
    do: () => rows('clients').updateOne({ _id: poor._id }, { $set: { freeMillis: 5_000_000 }, $unset: { promiseSeal: 1 } }),
    found: [proven, new RegExp(`${poor._id}: its promise has no seal: somebody else has written it`)],
  },
  {
    what: 'it is forgotten that a mailbox had its free credits',
    do: () => rows('grants').deleteMany({ agencyId }),
    found: ['whoever had free credits is claimed', new RegExp(`${rich._id}: its claim is gone`)],
  },
  {
    what: 'it is said that another mailbox had the free credits',
    do: async () => {
      const claim = (await rows('grants').findOne({ clientId: rich._id })) ?? assert.fail('there is one');
      await rows('grants').deleteOne({ _id: claim._id });
      await rows('grants').insertOne({ ...claim, _id: `${claim._id}x` });
    },
    found: [proven, new RegExp(`the claim of ${rich._id}: its claim was changed`)],
  },
];

testTamperings(world, tamperings, restore);
