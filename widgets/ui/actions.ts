import type { Refused } from '../kit/refused.ts';

/** What an element does with the API, one thing at a time: what is under way, and what was refused where. */
export class Actions {
  protected readonly changed: () => void;
  /** What is being worked on: a form's name, or an id. */
  busy: string | undefined;
  /** What was refused last, and where. */
  refused: { at: string; why: Refused } | undefined;

  /** @param changed called when there is something new to show */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Why the thing of this name was refused, if it was the last one. */
  refusedAt(at: string): Refused | undefined {
    return this.refused?.at === at ? this.refused.why : undefined;
  }

  /** What is wrong with one field of a form. */
  problem(at: string, field: string): string | undefined {
    return this.refusedAt(at)?.fields.find(({ param }) => param === field)?.message;
  }

  /** Says what is wrong before anything is sent. */
  refuse(at: string, why: Refused): void {
    this.refused = { at, why };
    this.changed();
  }

  /** What was refused is over. */
  forget(): void {
    this.refused = undefined;
    this.changed();
  }

  /** @returns whether it was done */
  protected async do(at: string, work: () => Promise<unknown>): Promise<boolean> {
    this.busy = at;
    this.refused = undefined;
    this.changed();
    try {
      await work();
      return true;
    } catch (error) {
      this.refused = { at, why: error as Refused };
      return false;
    } finally {
      this.busy = undefined;
      this.changed();
    }
  }
}
