import { setTimeout as wait } from 'node:timers/promises';
import { actions } from './actions.ts';
import { Person, type Surroundings } from './person.ts';
import type { Schedule } from './schedule.ts';

/** Runs one action after the other until stopped. */
export class Actor {
  readonly person: Person;
  readonly #schedule: Schedule;
  #isStopping = false;

  constructor(around: Surroundings, schedule: Schedule, name: string) {
    this.person = new Person(around, name);
    this.#schedule = schedule;
  }

  /** Starts no more actions; running ones are finished. */
  stop(): void {
    this.#isStopping = true;
  }

  async live(): Promise<void> {
    const { person } = this;
    await person.signUp();
    while (!this.#isStopping) {
      const name = this.#schedule.next(person.dice);
      if (await actions[name](person)) person.count(name);
      else this.#schedule.again(name);
      await wait(20 + person.dice() * 80);
    }
  }
}
