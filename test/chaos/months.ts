import { chance } from '../../demo-site/sandbox/faults/chance.ts';
import { actions } from './actions.ts';
import type { Person } from './person.ts';
import { comeToRest, pass } from './repair.ts';
import type { Point } from './schedule.ts';
import { type ChaosWorld, PROCESSES } from './world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Longer than the lease of a rent or its order. */
const ON_SECONDS = 200;
/** A minute costs a credit. */
const MILLIS_PER_SECOND = 1000 / 60;
const CRASH_MS = 60_000;
/** Attempts to buy a number. */
const TRIES = 20;

/** Crash points while a rent is collected. */
const points = ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_settle'] as const satisfies Point[];

/**
 * Lets two months pass, in which every process crashes while it collects a rent. Most clients can pay. One cannot and loses its numbers
 * after the grace, one gets credits within it, and one releases its numbers.
 */
export async function passMonths(world: ChaosWorld, persons: readonly Person[], seed: number): Promise<string[]> {
  const dice = chance(seed, 'months');
  const [, poor, late, leaving] = persons;
  for (const person of persons) {
    await haveNumber(person);
    await ([poor, late, leaving].includes(person) ? spendAll(person) : person.grantCredits());
  }
  await pass(world, 28 * DAY);
  await collectAndCrash(world, 3 * DAY, () => points[Math.floor(dice() * points.length)] ?? points[0]);
  await late?.grantCredits();
  await pass(world, 7 * HOUR);
  // The numbers return to the provider, but its answer is lost.
  const path = '/twilio/2010-04-01/Accounts/*/IncomingPhoneNumbers';
  world.sandbox.faults.add({ path, method: 'DELETE', how: '500', done: true, times: 2 });
  while (leaving && (await actions['number released'](leaving)));
  await pass(world, 7 * DAY);
  await pass(world, ON_SECONDS);
  await pass(world, 23 * DAY);
  return comeToRest(world);
}

/** Makes sure that a person has a number to pay for. */
async function haveNumber(person: Person): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { body } = await person.ask('numbers.list', {});
    if (body.numbers.some(({ way, state }) => way === 'bought' && state === 'active')) return;
    await actions['number with credits'](person);
  }
  throw new Error(`${person.email} could not buy a number`);
}

/** Spends all credits on calls. */
async function spendAll(person: Person): Promise<void> {
  const { body } = await person.ask('credits.balance', {});
  const seconds = Math.floor(body.available / MILLIS_PER_SECOND);
  const { status } = await person.askAsAgency('usage.record', { clientId: person.clientId, callId: person.newName(), seconds });
  if (status !== 200) throw new Error(`${person.email} could not spend ${body.available}`);
}

/** Crashes every process while rents are due; others continue their work. */
async function collectAndCrash(world: ChaosWorld, seconds: number, nextPoint: () => Point): Promise<void> {
  await world.restart(nextPoint);
  world.sandbox.clock.advance(seconds);
  for (let index = 0; index < PROCESSES; index += 1) {
    if (!(await world.crashes(index, CRASH_MS))) throw new Error(`no rent was collected by process ${index}`);
  }
  await world.restart();
  await pass(world, ON_SECONDS);
}
