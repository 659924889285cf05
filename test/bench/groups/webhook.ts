import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type Ask, measure } from '../load.ts';
import type { Measured } from '../process.ts';
import { cpuOf } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { compareRow, type Row } from '../table.ts';

const SECRET = 'whsec_bench_0123456789abcdef';

/** Measures Stripe's event of a payment against a hand-written webhook: new, repeated, and after many others. */
export async function webhook(stage: Stage): Promise<Row[]> {
  const count = stage.pick(100, 500, 2000);
  const seen = stage.pick(5000, 100_000, 1_000_000);
  const young = await openReceiver(stage, 'webhook-new', 0);
  const old = await openReceiver(stage, 'webhook-old', seen);
  const uri = await stage.database('webhook-new');
  const hand = await stage.server('floors/webhook.ts', { MONGODB_URI: uri, WEBHOOK_SECRET: SECRET });
  let from = 0;
  const first = ({ server, slug, agencyId }: Receiver, start: number) =>
    measure(server, { count, atOnce: 8, ask: (index) => delivery(`/api/webhooks/stripe/${slug}`, agencyId, start + index) });
  const prepare = async ({ server }: Receiver) => server.ask('purchases', { from, count });

  const samples: Record<'ours' | 'replay' | 'hand' | 'old', Awaited<ReturnType<typeof measure>>[]> = {
    ours: [],
    replay: [],
    hand: [],
    old: [],
  };
  for (let round = 0; round <= stage.rounds; round += 1) {
    await Promise.all([prepare(young), prepare(old)]);
    // In a round a replay can only follow its first delivery; the order of the others varies.
    const turns = {
      ours: async () => ({ ours: await first(young, from), replay: await first(young, from) }),
      old: async () => ({ old: await first(old, from) }),
      hand: async () => ({ hand: await first({ ...young, server: hand }, from) }),
    };
    const names = (['ours', 'old', 'hand'] as const).map((_, index, all) => all[(index + round) % all.length]!);
    for (const name of names) {
      const done = Object.entries(await turns[name]()) as [keyof typeof samples, (typeof samples)['ours'][number]][];
      for (const [variant, sample] of round === 0 ? [] : done) samples[variant].push(sample);
    }
    from += count;
  }
  // The purchase that the past ones were copied from was never paid.
  for (const { server } of [young, old]) assert.equal(await server.ask('unpaid'), 1, 'purchases were not credited');
  const cpu = (ours: keyof typeof samples, floor: keyof typeof samples) => ({
    ours: cpuOf(samples[ours]),
    floors: cpuOf(samples[floor]),
    unit: 'us CPU',
  });
  return [
    compareRow('Q11', 'webhook without read-back, by hand', { ...cpu('ours', 'hand'), atMost: 1.5 }),
    compareRow('Q11', 'a replay, by a first delivery', { ...cpu('replay', 'ours'), atMost: 0.5 }),
    compareRow('Q11', `a first delivery after ${seen.toLocaleString('en-US')} others, by none`, { ...cpu('old', 'ours'), atMost: 1.15 }),
  ];
}

interface Receiver {
  server: Measured;
  slug: string;
  agencyId: string;
}

async function openReceiver(stage: Stage, name: string, seen: number): Promise<Receiver> {
  const api = await stage.api(name);
  const { id, slug } = await stage.agency(api, name);
  await api.stop();
  const server = await stage.server('measured/webhook.ts', { MONGODB_URI: await stage.database(name), AGENCY_ID: id });
  await server.ask('secret', SECRET);
  await server.ask('purchases', { from: 1_000_000_000, count: 1 });
  if (seen > 0) await server.ask('past', seen);
  return { server, slug, agencyId: id };
}

/** Returns the request of an event as long as Stripe's own. */
function delivery(path: string, agencyId: string, index: number): Ask {
  const metadata = { wl_agency: agencyId, wl_world: 'test.0', wl_purchase: `pur_${index}` };
  const filler = Object.fromEntries(Array.from({ length: 60 }, (_, field) => [`field_number_${field}`, null]));
  const object = {
    id: `cs_${index}`,
    object: 'checkout.session',
    livemode: false,
    payment_status: 'paid',
    status: 'complete',
    metadata,
    ...filler,
  };
  const event = { id: `evt_${index}`, object: 'event', type: 'checkout.session.completed', livemode: false, data: { object } };
  const body = JSON.stringify(event, null, 2);
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
  return { path, method: 'POST', body, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` } };
}
