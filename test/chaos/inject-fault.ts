import { setTimeout as wait } from 'node:timers/promises';
import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import { points, type Schedule } from './schedule.ts';
import type { Tally } from './tally.ts';
import { type ChaosWorld, PROCESSES } from './world.ts';

export interface FaultOptions {
  world: ChaosWorld;
  schedule: Schedule;
  tally: Tally;
  seed: number;
  /** Kills the database too. */
  killsDatabase: boolean;
  /** Shortest duration of the killing, in milliseconds; it also continues until processes have crashed at each point. */
  millis: number;
}

/** Longer than the lease of an order or a source, so that another process continues a dead one's work. */
const ON_SECONDS = 200;
const LOOK_MS = 100;

/**
 * Crashes processes at one point after the other until all points were met, and kills them in between. Interrupts the database from time to
 * time, and advances the clock. Then lets the actors finish what a run must have met.
 */
export async function injectFaults(options: FaultOptions): Promise<void> {
  const [turns, endsAt] = [new Turns(), performance.now() + options.millis];
  await Promise.all(Array.from({ length: PROCESSES }, (_, index) => crashRepeatedly({ index, turns, endsAt }, options)));
  await options.world.restart();
  while (!options.schedule.isPlayed(options.tally)) await wait(LOOK_MS);
}

async function crashRepeatedly(
  { index, turns, endsAt }: { index: number; turns: Turns; endsAt: number },
  options: FaultOptions,
): Promise<void> {
  const { world, schedule, tally, seed, killsDatabase } = options;
  const dice = chance(seed, `process-${index}`);
  for (let round = 0; ; round += 1) {
    const point = schedule.nextPoint() ?? (performance.now() >= endsAt ? undefined : points[Math.floor(dice() * points.length)]);
    if (!point) return;
    if (round % 3 === 0) {
      if (round > 0) await turns.take(() => world.start(index));
      await wait(dice() * 1000);
      await world.kill(index);
      tally.count('killed');
    }
    await turns.take(() => world.start(index, point));
    schedule.wait(point);
    if (round % 4 === 2 * index) {
      await turns.take(() => takeDatabaseAway(world, 200 + dice() * 600, killsDatabase));
      tally.count('database away');
    }
    let isMet = await world.crashes(index, 0);
    while (!isMet && schedule.isWorthIt(point)) isMet = await world.crashes(index, LOOK_MS);
    schedule.met(point);
    if (!isMet) throw new Error(`nothing that was done came by ${point}`);
    tally.count(`crashed at ${point}`);
    world.sandbox.clock.advance(ON_SECONDS);
  }
}

/** Runs works one after the other, because no process can start while the database is away. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined); // the caller gets the error
    return turn;
  }
}

async function takeDatabaseAway({ database }: ChaosWorld, millis: number, kills: boolean): Promise<void> {
  if (kills) await database.kill();
  else database.cut();
  await wait(millis);
  if (kills) await database.start();
  else database.restore();
}
