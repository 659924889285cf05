import { type Refused, refusalOf } from '../kit/refused.ts';

/** Runs an element's calls to the API one at a time, and remembers which is under way and which was refused. */
export class Actions {
  protected readonly changed: () => void;
  /** The action under way: a form's name, or an id. */
  busy: string | undefined;
  /** The last refusal, and the action that it belongs to. */
  refused: { at: string; why: Refused } | undefined;

  /** @param changed called when there is something new to show */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Why the thing of this name was refused, if it was the last one. */
  refusedAt(at: string): Refused | undefined {
    return this.refused?.at === at ? this.refused.why : undefined;
  }

  /** Tells the error of one field of a form. */
  problem(at: string, field: string): string | undefined {
    return this.refusedAt(at)?.fields.find(({ param }) => param === field)?.message;
  }

  /** Says what is wrong before anything is sent. */
  refuse(at: string, why: Refused): void {
    this.refused = { at, why };
    this.changed();
  }

  /** Forgets the last refusal. */
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
      this.refused = { at, why: refusalOf(error) };
      return false;
    } finally {
      this.busy = undefined;
      this.changed();
    }
  }
}
