import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import '../../api/app.ts';
import type { CrashPoint } from '../../api/domain/ports.ts';
import { PurchaseModel } from '../../api/models/purchase.ts';
import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import type { Chance } from '../../demo-site/sandbox/start.ts';
import { Actor } from './load.ts';
import { Tally } from './tally.ts';
import { judge } from './verdict.ts';
import { ChaosWorld } from './world.ts';

export interface ChaosOptions {
  seed: number;
  /** How long it is hurt, or up to twice as long until everything `wanted` was met; before and after it there is some more. */
  seconds: number;
  wanted?: readonly string[];
  actors?: number;
  kinds?: Chance['kinds'];
  /** Kills the database, too. */
  killsDatabase?: boolean;
}

export interface ChaosReport {
  seed: number;
  /** What is not as it must be. */
  wrong: string[];
  tally: Tally;
  /** What the processes logged as an error. */
  complaints: string[];
}

export const crashPoints = [
  'webhook.verified',
  'purchase.before_transfer',
  'checkout.after_session',
  'purchase.after_transfer',
  'returns.before_transfer',
  'webhook.read_back',
  'checkout.after_intent',
  'purchase.after_state',
  'returns.after_transfer',
  'mail.after_send',
  'returns.after_refund',
] as const satisfies CrashPoint[];

const quick: Chance['kinds'] = [
  '500',
  '503',
  '409',
  '429',
  'reset',
  'drop-after-headers',
  'html',
  'garbage-json',
  'slow',
  'duplicate',
  'reorder',
  'lost',
  'delay',
  'mail-refused',
  'mail-dropped',
];

/** Hurts a world while people use it, then lets it heal, and says what is wrong with it. */
export async function runChaos({
  seed,
  seconds,
  actors: count = 6,
  kinds = quick,
  killsDatabase = false,
  wanted = [],
}: ChaosOptions): Promise<ChaosReport> {
  const [tally, world] = [new Tally(), await ChaosWorld.open()];
  const actors: Actor[] = [];
  const stop = () => {
    for (const actor of actors) actor.stop();
  };
  try {
    const agency = await world.createAgency('chaos');
    for (let index = 0; index < count; index += 1) actors.push(new Actor({ world, agency, seed, tally }, `actor-${index}`));
    const lives = Promise.all(actors.map((actor) => actor.live()));
    world.sandbox.faults.random({ seed, rate: 0.05, kinds });
    await Promise.race([lives, hurt(world, { seed, seconds, wanted, tally, killsDatabase })]);
    stop();
    await lives;
    for (const { kind } of world.sandbox.faults.state().happened) tally.count(`fault ${kind}`);
    await mongoose.connect(world.database.uri, { autoIndex: false });
    const wrong = [...(await heal(world)), ...(await judge(world, actors, tally))];
    return { seed, wrong, tally, complaints: world.complaints() };
  } finally {
    stop();
    await mongoose.disconnect();
    await world.close();
  }
}

interface Hurt {
  seed: number;
  seconds: number;
  wanted: readonly string[];
  tally: Tally;
  killsDatabase: boolean;
}

/** How long a process may live without coming to the point where it is to end itself; then it is killed wherever it is. */
const PATIENCE_MS = 3_000;

/** Processes end themselves at one point after the other, or are killed anywhere, and the database is away now and then. */
async function hurt(world: ChaosWorld, { seed, seconds, wanted, tally, killsDatabase }: Hurt): Promise<void> {
  const dice = chance(seed, 'hurt');
  const queue = [...crashPoints] as CrashPoint[];
  const armed: (CrashPoint | undefined)[] = [];
  const startedAt = Date.now();
  const isEnough = () => {
    const passed = (Date.now() - startedAt) / 1000;
    return passed >= 2 * seconds || (passed >= seconds && tally.missing(wanted).length === 0);
  };
  for (let round = 0; !isEnough(); round += 1) {
    const index = round % 2;
    const point = armed[index];
    if (await world.crashes(index, point ? PATIENCE_MS : 0)) tally.count(`crashed at ${point}`);
    else {
      await world.kill(index);
      tally.count('killed');
      if (point) queue.splice(4, 0, point); // it gets another chance soon
    }
    armed[index] = queue.shift();
    if (armed[index] && queue.length < 4) queue.push(...crashPoints);
    await world.start(index, armed[index]);
    if (round % 5 === 4) await takeDatabaseAway(world, 200 + dice() * 800, killsDatabase, tally);
  }
  for (const index of [0, 1]) {
    await world.kill(index);
    await world.start(index);
  }
}

async function takeDatabaseAway({ database }: ChaosWorld, millis: number, kills: boolean, tally: Tally): Promise<void> {
  tally.count(kills ? 'database killed' : 'database cut');
  if (kills) await database.kill();
  else database.cut();
  await wait(millis);
  if (kills) await database.start();
  else database.heal();
}

/** The janitor's rounds that it may take until nothing is left open. */
const TICKS = 3;
const TICK_MS = 20_000;

/**
 * No more faults: what is undecided is decided, time goes on, and everything comes to its end by itself. What no webhook told of is found
 * by comparing, and comparing again finds nothing more.
 */
async function heal(world: ChaosWorld): Promise<string[]> {
  const open = await closeAll(world);
  const [first, second] = [await world.command('reconcile'), await world.command('reconcile')];
  const wrong = [
    ...(/\b0 not settled\.$/m.test(first) ? [] : [`the first comparison said: ${first}`]),
    ...(/^0 credited, 0 changed, 0 not settled\.$/m.test(second) ? [] : [`the second comparison said: ${second}`]),
  ];
  return [...open, ...wrong];
}

async function closeAll({ sandbox: { stripe, faults, clock } }: ChaosWorld): Promise<string[]> {
  faults.calm();
  for (const { id, payment_status, status } of stripe.sessions()) {
    if (status === 'complete' && payment_status === 'unpaid' && isUndecided(stripe, id)) stripe.settle(id, 'succeeded');
  }
  const isOpen = { state: { $in: ['open', 'processing'] as const } };
  for (let tick = 1; tick <= TICKS; tick += 1) {
    clock.advance((tick === 1 ? 26 : 2) * 3600);
    for (const until = Date.now() + TICK_MS; Date.now() < until; await wait(100)) {
      if ((await PurchaseModel.countDocuments({ ...isOpen, checkAt: { $lte: clock.now() } })) === 0) break;
    }
    if ((await PurchaseModel.countDocuments(isOpen)) === 0) return [];
  }
  return [`${await PurchaseModel.countDocuments(isOpen)} purchases are still open after ${TICKS} rounds`];
}

function isUndecided(stripe: ChaosWorld['sandbox']['stripe'], sessionId: string): boolean {
  const events = stripe.events().filter(({ data }) => data.object.id === sessionId);
  return !events.some(({ type }) => type.includes('async_payment'));
}
