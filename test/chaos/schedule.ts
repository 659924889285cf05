import type { CrashPoint } from '../../api/ports/index.ts';
import { type ActionName, actionNames, anyAction } from './actions.ts';
import type { Tally } from './tally.ts';

/** An action that leads to each crash point. */
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
export const points = Object.keys(waysTo) as Point[];

/** After so many actions that should lead to a point, it counts as unreachable. */
const ACTIONS_PER_POINT = 400;

/** Half of the actions lead to a pending point, or are still missing; the others are random. */
const ON_PURPOSE = 0.5;

/**
 * Chooses the next actions. Every run continues until it has met everything required, so that its result does not depend on the machine's
 * speed.
 */
export class Schedule {
  readonly #musts: ActionName[] = [...actionNames];
  readonly #points: Point[];
  readonly #played: readonly string[];
  /** Pending crash points, and the actions that led to each. */
  readonly #waiting = new Map<Point, number>();

  /** @param crashes the points at which processes crash */
  constructor(crashes: readonly Point[]) {
    this.#points = [...crashes];
    this.#played = playedWith(crashes);
  }

  /** Returns the next action of a person. */
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

  /** Schedules a failed action again. */
  again(name: ActionName): void {
    this.#musts.push(name);
  }

  /** Returns the next crash point; undefined after all of them. */
  nextPoint(): Point | undefined {
    return this.#points.shift();
  }

  /** Tells whether everything that a run must meet has happened. */
  isPlayed(tally: Tally): boolean {
    return tally.missing(this.#played).length === 0;
  }

  wait(point: Point): void {
    this.#waiting.set(point, 0);
  }

  /** @returns whether waiting for the point is still worthwhile */
  isWorthIt(point: Point): boolean {
    return (this.#waiting.get(point) ?? 0) < ACTIONS_PER_POINT;
  }

  met(point: Point): void {
    this.#waiting.delete(point);
  }
}

/** Everything that a run must meet, or it proves nothing. */
const playedWith = (crashes: readonly Point[]): string[] => [
  ...actionNames,
  ...crashes.map((point) => `crashed at ${point}`),
  ...['killed', 'database away', 'credits.checkout repeated'],
];

/** Ends that orders must have reached. */
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

/** Lists what must have come about at least once when a run with these crashes is over. */
export const sometimesWith = (crashes: readonly Point[]): string[] => [...playedWith(crashes), ...ends];
