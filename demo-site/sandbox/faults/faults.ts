import { chance } from './chance.ts';
import { everyStep, type Kind, kinds, type Parsed, parseStep, type RequestFault, type Step, type Way } from './kinds.ts';

/** A fault of the next requests to a provider. */
export interface Fault {
  /** Start of the path, e.g. `/v1/checkout/sessions` or `/retell/create-knowledge-base`; `*` stands for one part between slashes. */
  path: string;
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A word for the fault, or the provider's refusal. */
  how: RequestFault | Refused;
  /** For `slow`; a second by default. */
  millis?: number;
  /** Number of requests; 1 by default. */
  times?: number;
  /** True if the work is done and only its answer is lost. By default it depends on `how`. */
  done?: boolean;
}

/** A provider's refusal in its own words. */
export interface Refused {
  status: number;
  body: object;
  /** E.g. `Stripe-Should-Retry`. */
  headers?: Record<string, string>;
}

/** Random faults: the same for the same seed and the same order of requests. */
export interface Chance {
  /** Any whole number; chosen by default. */
  seed?: number;
  /** Share of faulty requests, from 0 to 1. */
  rate: number;
  kinds: readonly Kind[];
}

/** A fault that took place. */
export interface Happened {
  kind: Kind | 'refused';
  /** The request, the event's type or the mail's recipients. */
  about: string;
}

/** Injects faults. Those for a path come first, then the script, then chance. */
export interface FaultControl {
  /** Makes the next requests to one path go wrong. */
  add(fault: Fault): void;
  /**
   * Scripts the next requests, deliveries and mails, each kind in its own order, after the steps that wait already.
   * @throws Error one sentence, for an unknown step
   */
  script(steps: readonly Step[]): void;
  /** Injects random faults until `calm`. Prints their seed and returns it. */
  random(chance: Chance): number;
  /** Ends all waiting and random faults. */
  calm(): void;
  state(): { waiting: Step[]; random: Required<Chance> | null; happened: Happened[] };
}

/** A fault that happens to one request. */
export interface Fate {
  kind: Kind | 'refused';
  millis: number;
  /** The refusal, if it is one. */
  refused?: Refused;
  done?: boolean;
  /** Number of earlier faults of its kind. */
  nth?: number;
}

/** Tells whether a path begins as wanted. */
const isAt = (path: string, wanted: string): boolean => {
  const parts = path.split('/');
  return path.startsWith(
    wanted
      .split('/')
      .map((part, at) => (part === '*' ? parts[at] : part))
      .join('/'),
  );
};

const happenedMost = 1000;
const seedsMost = 1_000_000;

export class Faults implements FaultControl {
  #byPath: (Fault & { times: number })[] = [];
  #script: { step: Step; parsed: Parsed }[] = [];
  #random: Required<Chance> | null = null;
  #dice: Partial<Record<Way, () => number>> = {};
  #happened: Happened[] = [];
  readonly #counts = new Map<Fate['kind'], number>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(fault: Fault): void {
    this.#byPath.push({ ...fault, times: fault.times ?? 1 });
  }

  script(steps: readonly Step[]): void {
    this.#script.push(
      ...steps.map((step) => {
        const parsed = parseStep(step);
        if (!parsed) throw Object.assign(new Error(`There is no fault "${step}"; there are ${everyStep.join(', ')}.`), { status: 400 });
        return { step, parsed };
      }),
    );
  }

  random({ seed = Math.floor(Math.random() * seedsMost), rate, kinds: wanted }: Chance): number {
    this.#random = { seed, rate, kinds: wanted };
    this.#dice = {};
    this.#say(`Sandbox: faults by chance, seed ${seed}, rate ${rate}, kinds ${wanted.join(' ')}.`);
    return seed;
  }

  calm(): void {
    this.#byPath = [];
    this.#script = [];
    this.#random = null;
  }

  state() {
    return { waiting: this.#script.map(({ step }) => step), random: this.#random, happened: this.#happened };
  }

  /** Takes the fault for this request. */
  takeForRequest(method: string, path: string): Fate | undefined {
    const asked = this.#byPath.find((one) => isAt(path, one.path) && (one.method ?? method) === method);
    if (!asked) return this.take('requests', `${method} ${path}`);
    asked.times -= 1;
    this.#byPath = this.#byPath.filter((one) => one.times > 0);
    const { how, millis = 1000, done } = asked;
    const fate = typeof how === 'string' ? { kind: how } : ({ kind: 'refused', refused: how } as const);
    return this.#told(`${method} ${path}`, { ...fate, millis, ...(done !== undefined && { done }) });
  }

  /** Takes the next fault of this kind. */
  take(way: Way, about: string): Fate | undefined {
    const next = this.#script.findIndex(({ parsed }) => parsed.way === way);
    const [step] = next < 0 ? [] : this.#script.splice(next, 1);
    return this.#told(about, step ? step.parsed.fault : this.#byChance(way));
  }

  #byChance(way: Way): Fate | undefined {
    if (!this.#random) return undefined;
    const { seed, rate, kinds: wanted } = this.#random;
    const choices = wanted.filter((kind) => (kinds[way] as readonly string[]).includes(kind));
    const die = this.#dice[way] ?? chance(seed, way);
    this.#dice[way] = die;
    const [isWrong, which] = [die() < rate, die()];
    const kind = choices[Math.floor(which * choices.length)];
    return isWrong && kind ? parseStep(kind)?.fault : undefined;
  }

  #told(about: string, fate: Fate | undefined): Fate | undefined {
    if (!fate) return undefined;
    const nth = this.#counts.get(fate.kind) ?? 0;
    this.#counts.set(fate.kind, nth + 1);
    this.#happened = [...this.#happened, { kind: fate.kind, about }].slice(-happenedMost);
    return { ...fate, nth };
  }
}
