import { setTimeout as wait } from 'node:timers/promises';
import type { ClientScope } from '../../../api/models/scope.ts';
import { formatFigure } from '../numbers.ts';
import type { Measured } from '../process.ts';
import { cpuOf, rateOf, runRounds, type Sample } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { compareRow, type Row } from '../table.ts';

interface Charge {
  count: number;
  /** Number of concurrent charges of calls. */
  atOnce: number;
  clients: number;
  from?: number;
}

const GROUPED = 1000;

/** Measures the ledger against the bare driver, on a hot account and on a big database, and verifies it afterwards. */
export async function ledger(stage: Stage): Promise<Row[]> {
  const writer = await stage.program('measured/ledger.ts', { MONGODB_URI: await stage.database('ledger') });
  const spread = stage.pick(1000, 10_000, 10_000);
  await writer.ask('people', { clients: spread, agencies: 100 });
  await writer.ask('people', { clients: 1, agencies: 1 });
  const grouped = await compareWithDriver(stage, { ask: 'bare', writer, count: stage.pick(1000, 10_000, 20_000), atOnce: GROUPED });
  const single = await compareWithDriver(stage, { ask: 'bareSingly', writer, count: stage.pick(50, 300, 1000), atOnce: 1 });
  const rows = [
    compareRow('Q5', 'two-leg charge, grouped, by insertMany: CPU', { ...grouped.cpu, atMost: 1.5 }),
    compareRow('Q5', 'the same: rate', { ...grouped.rate, atLeast: 0.8 }),
    compareRow('Q5', 'two-leg charge, singly, by insertOne: rate', { ...single.rate, atLeast: 0.8 }),
    await measureHotAccount(stage, writer, spread),
  ];
  const sizes = await compareSizes(stage);
  return [...rows, ...sizes.rows, await verifyBalances([writer, ...sizes.writers]), await killAndResend(stage)];
}

const charge = (writer: Measured, work: Charge): Promise<Sample> => writer.ask('charge', work);

interface Bare {
  ask: 'bare' | 'bareSingly';
  writer: Measured;
  count: number;
  atOnce: number;
}

/** Compares with the bare driver, which runs second in each round because it writes the documents that the ledger has just written. */
async function compareWithDriver({ rounds }: Stage, { ask, writer, count, atOnce }: Bare) {
  const [ours, floors]: [Sample[], Sample[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const [our, floor] = [await charge(writer, { count, atOnce, clients: 1000 }), await writer.ask<Sample>(ask)];
    if (round === 0) continue; // warm-up
    ours.push(our);
    floors.push(floor);
  }
  return {
    cpu: { ours: cpuOf(ours), floors: cpuOf(floors), unit: 'us CPU' },
    rate: { ours: rateOf(ours), floors: rateOf(floors), unit: '/s' },
  };
}

async function measureHotAccount(stage: Stage, writer: Measured, spread: number): Promise<Row> {
  const count = stage.pick(1000, 10_000, 20_000);
  const { one, many } = await runRounds(stage.rounds, {
    one: () => charge(writer, { count, atOnce: GROUPED, clients: 1, from: spread }),
    many: () => charge(writer, { count, atOnce: GROUPED, clients: spread }),
  });
  const rates = { ours: rateOf(one), floors: rateOf(many), unit: '/s' };
  return compareRow('Q6', `one hot account, by ${spread.toLocaleString('en-US')} spread ones: rate`, { ...rates, atLeast: 0.9 });
}

/** Compares a small and a big database, each with its own process. */
async function compareSizes(stage: Stage): Promise<{ rows: Row[]; writers: Measured[] }> {
  const clients = 1000;
  const agencies = stage.pick(1000, 10_000, 10_000);
  const transfers = stage.pick(5000, 100_000, 1_000_000);
  const open = async (name: string, people: number) => {
    const writer = await stage.program('measured/ledger.ts', { MONGODB_URI: await stage.database(name) });
    await writer.ask('people', { clients: people, agencies: people });
    return writer;
  };
  const small = await open('small', clients);
  const big = await open('big', agencies);
  await charge(big, { count: transfers, atOnce: GROUPED * 2, clients: agencies });
  const written = await runRounds(stage.rounds, {
    big: () => charge(big, { count: stage.pick(500, 1000, 1000), atOnce: GROUPED, clients }),
    small: () => charge(small, { count: stage.pick(500, 1000, 1000), atOnce: GROUPED, clients }),
  });
  const read = await runRounds(stage.rounds, {
    big: () => big.ask<Sample>('read', { count: stage.pick(300, 1000, 3000), clients }),
    small: () => small.ask<Sample>('read', { count: stage.pick(300, 1000, 3000), clients }),
  });
  const size = `at ${formatFigure(transfers)} transfers, by 1,000`;
  const rates = ({ big: bigs, small: smalls }: typeof written) => ({ ours: rateOf(bigs), floors: rateOf(smalls), unit: '/s' });
  return {
    rows: [
      compareRow('Q7', `charges ${size}: rate`, { ...rates(written), atLeast: 0.9 }),
      compareRow('Q7', `balance reads ${size}: rate`, { ...rates(read), atLeast: 0.95 }),
    ],
    writers: [small, big],
  };
}

/**
 * Verifies that every client's balance matches its calls, and that the audit finds nothing.
 * @throws otherwise
 */
async function verifyBalances(writers: readonly Measured[]): Promise<Row> {
  const counts: number[] = [];
  for (const writer of writers) counts.push(await writer.ask<number>('audit'));
  const transfers = counts.reduce((sum, count) => sum + count, 0);
  return verdictRow('exact after every load above, by audit', `${transfers.toLocaleString('en-US')} transfers, none lost or doubled`, true);
}

/** Kills a process while it writes, and resends its calls, ten times each. */
async function killAndResend(stage: Stage): Promise<Row> {
  const uri = await stage.database('killed');
  const victim = await stage.program('measured/ledger.ts', { MONGODB_URI: uri });
  await victim.ask('people', { clients: 50, agencies: 5 });
  const scopes = await victim.ask<ClientScope[]>('scopes');
  const ids = Array.from({ length: stage.pick(1000, 5000, 20_000) }, (_, index) => `killed-${index}`);
  const interrupted = victim.ask('replay', { scopes, ids, times: 1 }).catch(() => 'as it should');
  while ((await victim.ask<number>('charged')) === 0) await wait(1);
  await victim.kill();
  await interrupted;
  const heir = await stage.program('measured/ledger.ts', { MONGODB_URI: uri });
  const before = await heir.ask<{ charged: number }>('usedBy', { scopes });
  await heir.ask('replay', { scopes, ids, times: 10 });
  const { charged, violations } = await heir.ask<{ charged: number; violations: number }>('usedBy', { scopes });
  const measured = `killed after ${before.charged}, ${charged} of ${ids.length} at the end, ${violations} complaints`;
  return verdictRow('kill -9, then each call ten times', measured, charged === ids.length && violations === 0);
}

const verdictRow = (what: string, measured: string, ok: boolean): Row => ({
  id: 'Q8',
  what,
  measured,
  floor: '',
  ratio: '',
  bar: 'exact',
  verdict: ok ? 'met' : 'missed',
  isExact: true,
});
