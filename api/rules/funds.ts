/** The things that credits are spent on. */
export const fundKinds = ['calls', 'numbers', 'knowledge', 'plan'] as const;
export type FundKind = (typeof fundKinds)[number];

/** The credits that a client can pay for one kind of thing. Milli-credits. */
export interface Funds {
  kind: FundKind;
  /** Can be spent on it now. */
  spendableMillis: number;
  /** Available as well, but free credits that pay for calls only. */
  callsOnlyMillis: number;
  /** Missing to the price; 0 if there is enough. */
  missingMillis: number;
}

/** The part of a balance that decides. Absent `callsOnly`: all of it may be spent on anything. */
interface Balance {
  available: number;
  callsOnly?: number | undefined;
}

/** Says what a client can pay for a thing of this kind at this price. API and widgets both ask here, so they never differ. */
export function fundsFor({ available, callsOnly = 0 }: Balance, kind: FundKind, priceMillis = 0): Funds {
  const callsOnlyMillis = kind === 'calls' ? 0 : callsOnly;
  const spendableMillis = available - callsOnlyMillis;
  return { kind, spendableMillis, callsOnlyMillis, missingMillis: Math.max(0, priceMillis - spendableMillis) };
}
