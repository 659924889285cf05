import mongoose from 'mongoose';
import '../../api/app.ts';
import type { Chance } from '../../demo-site/sandbox/start.ts';
import { Actor } from './actor.ts';
import { injectFaults } from './inject-fault.ts';
import { passMonths } from './months.ts';
import { repair } from './repair.ts';
import { type Point, points, Schedule } from './schedule.ts';
import { Tally } from './tally.ts';
import { verify } from './verify.ts';
import { ChaosWorld } from './world.ts';

export interface ChaosOptions {
  seed: number;
  /** Points at which processes crash; all of them by default. */
  crashes?: readonly Point[];
  /** Shortest duration of the faults; they continue until everything was met. */
  seconds?: number;
  actors?: number;
  kinds?: Chance['kinds'];
  /** Kills the database too. */
  killsDatabase?: boolean;
}

export interface ChaosReport {
  seed: number;
  /** All faults found, a sentence each. */
  wrong: string[];
  tally: Tally;
  /** Errors that the processes logged. */
  complaints: string[];
}

/** Without faults that cause long waits. */
const quick: Chance['kinds'] = [
  ...(['500', '503', '409', '429', 'reset', 'drop-after-headers', 'html', 'garbage-json', 'slow'] as const),
  ...(['duplicate', 'reorder', 'lost', 'delay', 'mail-refused', 'mail-dropped'] as const),
];

/** Runs a world under faults while people use it, then repairs it, lets two months of rent pass, and verifies everything. */
export async function runChaos({
  seed,
  crashes = points,
  seconds = 0,
  actors: count = 6,
  kinds = quick,
  killsDatabase = false,
}: ChaosOptions): Promise<ChaosReport> {
  const [tally, schedule, world] = [new Tally(), new Schedule(crashes), await ChaosWorld.open()];
  const actors: Actor[] = [];
  const stop = () => {
    for (const actor of actors) actor.stop();
  };
  try {
    const around = { sandbox: world.sandbox, agency: await world.createAgency('chaos'), seed, tally };
    for (let index = 0; index < count; index += 1) actors.push(new Actor(around, schedule, `actor-${index}`));
    const lives = Promise.all(actors.map((actor) => actor.live()));
    world.sandbox.faults.random({ seed, rate: 0.05, kinds });
    await Promise.race([lives, injectFaults({ world, schedule, tally, seed, killsDatabase, millis: seconds * 1000 })]);
    stop();
    await lives;
    for (const { kind } of world.sandbox.faults.state().happened) tally.count(`fault ${kind}`);
    await mongoose.connect(world.database.uri, { autoIndex: false });
    const persons = actors.map(({ person }) => person);
    const wrong = [...(await repair(world)), ...(await passMonths(world, persons, seed)), ...(await verify(world, persons, tally))];
    return { seed, wrong, tally, complaints: world.complaints() };
  } finally {
    stop();
    await mongoose.disconnect();
    await world.close();
  }
}
