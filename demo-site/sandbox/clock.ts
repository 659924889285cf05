import { EventEmitter } from 'node:events';
import type { World } from './world.ts';

/** A hundred years either way. */
export const offsetSecondsMost = 100 * 365 * 24 * 3600;

/** The sandbox's clock: business time here and in the API that uses the sandbox. Signatures use real time. */
export interface ClockControl {
  now(): Date;
  readonly offsetSeconds: number;
  /**
   * Moves the clock forward, or back with a negative number of seconds.
   * @returns the offset from real time
   */
  advance(seconds: number): number;
  /** Sets the offset from real time in whole seconds; 0 returns to now. */
  set(offsetSeconds: number): number;
  /**
   * Calls back after each move.
   * @returns a function that stops it
   */
  onMoved(listener: () => void): () => void;
}

/** @event moved with the offset in seconds */
export class Clock extends EventEmitter<{ moved: [number] }> implements ClockControl {
  readonly #world: World;
  readonly #changed: () => void;

  constructor(world: World, changed: () => void) {
    super();
    this.#world = world;
    this.#changed = changed;
    this.setMaxListeners(0);
  }

  get offsetSeconds(): number {
    return this.#world.clock.offsetSeconds;
  }

  now(): Date {
    return new Date(Date.now() + this.offsetSeconds * 1000);
  }

  advance(seconds: number): number {
    return this.set(this.offsetSeconds + seconds);
  }

  set(offsetSeconds: number): number {
    if (!Number.isInteger(offsetSeconds) || Math.abs(offsetSeconds) > offsetSecondsMost) {
      throw Object.assign(new Error('The clock moves by whole seconds, and at most a hundred years.'), { status: 400 });
    }
    this.#world.clock.offsetSeconds = offsetSeconds;
    this.#changed();
    this.emit('moved', offsetSeconds);
    return offsetSeconds;
  }

  onMoved(listener: () => void): () => void {
    this.on('moved', listener);
    return () => this.off('moved', listener);
  }
}
