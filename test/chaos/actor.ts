import { setTimeout as wait } from 'node:timers/promises';
import { actions } from './actions.ts';
import { Person, type Surroundings } from './person.ts';
import type { Schedule } from './schedule.ts';

/** Does one thing after the other until it is told to stop. */
export class Actor {
  readonly person: Person;
  readonly #schedule: Schedule;
  #isStopping = false;

  constructor(around: Surroundings, schedule: Schedule, name: string) {
    this.person = new Person(around, name);
    this.#schedule = schedule;
  }

  /** No more new things; what was begun is still seen to its end. */
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
