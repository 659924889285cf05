import type { CrashPoint } from '../../api/ports/index.ts';
import { type ActionName, actionNames, anyAction } from './actions.ts';
import type { Tally } from './tally.ts';

/** What leads to each point where a process ends itself. */
export const waysTo = {
  'signup.after_insert': 'signed up',
  'mail.after_send': 'signed up',
  'verify.after_grant': 'signed up and confirmed',
  'checkout.after_intent': 'credits bought',
  'checkout.after_session': 'credits bought',
  'webhook.verified': 'credits bought',
  'webhook.read_back': 'credits bought',
  'purchase.before_transfer': 'credits bought',
  'purchase.after_transfer': 'credits bought',
  'purchase.after_state': 'credits bought',
  'returns.before_transfer': 'refunded in part',
  'returns.after_refund': 'refunded in part',
  'returns.after_transfer': 'refunded in part',
  'order.after_insert': 'plan with credits',
  'order.after_hold': 'number with credits',
  'order.after_fulfil': 'number with money',
  'order.after_capture': 'plan with money',
  'order.after_settle': 'number with credits',
  'order.after_undo': 'number gone',
  'number.after_buy': 'number with money',
  'source.after_insert': 'text added',
  'source.after_orders': 'text added',
  'source.after_checking': 'file uploaded in parts',
  'source.after_provider': 'text added',
  'source.after_refund': 'text that cannot be read',
} as const satisfies Partial<Record<CrashPoint, ActionName>>;

export type Point = keyof typeof waysTo;
const points = Object.keys(waysTo) as Point[];

/** So many actions that lead there, and it was not come by: it never is. */
const ACTIONS_PER_POINT = 400;

/** Half of what is done leads where somebody waits for it, or must be done; the rest is as the dice fall. */
const ON_PURPOSE = 0.5;

/**
 * Who does what next. Everything that a run must have met is played here until it was, however long that takes: what a run has shown does not
 * depend on the speed of the machine.
 */
export class Schedule {
  readonly #musts: ActionName[] = [...actionNames];
  readonly #points: Point[] = [...points];
  /** Where processes wait for their end, and how many actions led there. */
  readonly #waiting = new Map<Point, number>();

  /** What a person does next. */
  next(dice: () => number): ActionName {
    if (dice() > ON_PURPOSE) return anyAction(dice);
    const wanted = [...this.#waiting.keys()];
    const point = wanted[Math.floor(dice() * (wanted.length + 1))];
    const must = this.#musts.shift();
    if (point === undefined) return must ?? anyAction(dice);
    if (must) this.#musts.unshift(must);
    this.#waiting.set(point, (this.#waiting.get(point) ?? 0) + 1);
    return waysTo[point];
  }

  /** It did not come about: it must still be done. */
  again(name: ActionName): void {
    this.#musts.push(name);
  }

  /** Where a process is to end itself next; undefined once it did so everywhere. */
  nextPoint(): Point | undefined {
    return this.#points.shift();
  }

  /** Whether everything came about that a run must have met. */
  isPlayed(tally: Tally): boolean {
    return tally.missing(played).length === 0;
  }

  wait(point: Point): void {
    this.#waiting.set(point, 0);
  }

  /** @returns whether it is still worth waiting for */
  isWorthIt(point: Point): boolean {
    return (this.#waiting.get(point) ?? 0) < ACTIONS_PER_POINT;
  }

  met(point: Point): void {
    this.#waiting.delete(point);
  }
}

/** What a run has to have met, or it has shown nothing. */
const played: readonly string[] = [
  ...actionNames,
  ...points.map((point) => `crashed at ${point}`),
  ...['killed', 'database away', 'credits.checkout repeated'],
];

/** How orders have to have ended. */
const ends: readonly string[] = [
  ...['plan with credits ended done', 'plan with money ended done', 'plan with money ended undone'],
  ...[
    'number with credits ended done',
    'number with credits ended undone',
    'number with money ended done',
    'number with money ended undone',
  ],
  ...['knowledge with credits ended done', 'knowledge with credits ended undone', 'knowledge with credits ended refunded'],
  ...['rent paid', 'rent paid in the grace', 'number released unpaid'],
];

export const sometimes: readonly string[] = [...played, ...ends];
