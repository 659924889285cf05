/** Kinds of faults: of requests to a provider's API, of webhook deliveries, of mails. */
export const kinds = {
  /** `slow` takes milliseconds: `slow:9000`. */
  requests: ['500', '503', '409', '429', 'timeout', 'reset', 'hang', 'drop-after-headers', 'html', 'garbage-json', 'slow'],
  /** `delay` takes milliseconds: `delay:500`. */
  deliveries: ['duplicate', 'reorder', 'lost', 'delay'],
  mails: ['mail-refused', 'mail-dropped', 'mail-unanswered'],
} as const;

export type Way = keyof typeof kinds;
export type RequestFault = (typeof kinds.requests)[number];
export type DeliveryFault = (typeof kinds.deliveries)[number];
export type MailFault = (typeof kinds.mails)[number];
export type Kind = RequestFault | DeliveryFault | MailFault;

/** One step of a script: a fault, or a request, delivery or mail without one. */
export type Step = Kind | `slow:${number}` | `delay:${number}` | 'ok' | 'delivery-ok' | 'mail-ok';

/** Steps without a fault, by kind. */
const wells: Record<string, Way> = { ok: 'requests', 'delivery-ok': 'deliveries', 'mail-ok': 'mails' };

const millisUsual = { slow: 1000, delay: 500 };
const millisMost = 600_000;

export interface Parsed {
  way: Way;
  /** Absent for a step without a fault. */
  fault?: { kind: Kind; millis: number };
}

/** @returns undefined for an unknown word */
export function parseStep(step: string): Parsed | undefined {
  const well = Object.hasOwn(wells, step) ? wells[step] : undefined;
  if (well) return { way: well };
  const [word = '', digits] = step.split(':');
  const way = wayOf(word);
  if (!way) return undefined;
  const takesMillis = word === 'slow' || word === 'delay';
  if (digits !== undefined && !(takesMillis && /^\d{1,6}$/.test(digits) && Number(digits) <= millisMost)) return undefined;
  // Every word in the table is a kind.
  return { way, fault: { kind: word as Kind, millis: digits === undefined && takesMillis ? millisUsual[word] : Number(digits ?? 0) } };
}

const wayOf = (word: string): Way | undefined =>
  (['requests', 'deliveries', 'mails'] as const).find((way) => (kinds[way] as readonly string[]).includes(word));

/** All words, for an error message. */
export const everyStep = [...Object.values(kinds).flat(), ...Object.keys(wells)];
