import type { ClientScope } from '../models/scope.ts';
import { prefixOf, readTransfers, type Transfer } from '../models/transfer.ts';
import { clientOf, usedAt } from './accounts.ts';
import { contentHash } from './chain.ts';
import type { CallName } from './names.ts';
import { amountOn } from './reading.ts';

/**
 * The transfers of one call. Each has a name that can be written once, by any process, and never changes. Conclusions from an existing
 * transfer therefore stay true.
 */
export interface KnownCall {
  /** Holds the credits, or refuses the start, or charges at once a call that nobody started. */
  begun?: Transfer | undefined;
  /** Settles the hold or gives it back, or charges a call whose start was refused. */
  over?: Transfer | undefined;
  /** Charges the call after its hold expired. */
  late?: Transfer | undefined;
  /** Charges a call that nobody started, or refuses to, under its own name. Only older transfers have it. */
  former?: Transfer | undefined;
}

const names = { begun: 'call.hold', over: 'hold.resolve', late: 'call.late', former: 'usage.record' } as const satisfies Record<
  keyof KnownCall,
  CallName
>;

export async function readCall(scope: ClientScope, callId: string, parts = Object.keys(names) as (keyof KnownCall)[]): Promise<KnownCall> {
  const idOf = (part: keyof KnownCall) => `${prefixOf(scope)}${names[part]}/${callId}`;
  const found = await readTransfers(parts.map((part) => ({ _id: idOf(part), agencyId: scope.agencyId })));
  return Object.fromEntries(parts.map((part) => [part, found.get(idOf(part))]));
}

/** Reasons to give a hold back unused: the call did not happen, or nobody reported its end. */
export type GivenBack = 'voided' | 'expired';

/** Tells whether a hold was given back for this reason. */
export const endedAs = (scope: ClientScope, over: Transfer, end: GivenBack): boolean =>
  over.input === contentHash({ client: clientOf(scope), end });

/** Returns the transfer that charged a call, if one did. */
export const chargeOf = (scope: ClientScope, { begun, over, late, former }: KnownCall): Transfer | undefined =>
  [former, late, over, begun].find(
    (one) =>
      one &&
      one.refused === undefined &&
      one.kind !== 'call.hold' &&
      !(one.kind === 'hold.resolve' && (endedAs(scope, one, 'voided') || endedAs(scope, one, 'expired'))),
  );

/** Durations that are tried for one cost: a plan that rounds by minutes has sixty for each. */
const SECONDS_TRIED = 120;

/**
 * Finds the connected seconds of a charged call, also of old entries. The ledger has them as a hash and as the cost, so the longest ones that
 * cost as much are tried. Returns undefined for other transfers, and for a call of a plan with increments of more than two minutes.
 */
export function secondsOf(scope: ClientScope, charge: Transfer): number | undefined {
  if (charge.kind !== 'usage.record' && charge.kind !== 'hold.resolve') return undefined;
  const client = clientOf(scope);
  const most = Math.floor((amountOn(charge, usedAt(scope)) * 60) / 1000);
  for (let seconds = most; seconds >= 0 && seconds > most - SECONDS_TRIED; seconds -= 1) {
    const content = charge.kind === 'usage.record' ? { client, seconds } : { client, end: { settled: seconds } };
    if (charge.input === contentHash(content)) return seconds;
  }
  return undefined;
}

/** Tells whether a transfer moved credits of this client. */
export const isOf = (scope: ClientScope, { postings }: Transfer): boolean => postings.some(({ account }) => account === clientOf(scope));

/** Tells whether credits of this client were held for the call. */
export const wasHeldFor = (scope: ClientScope, { begun }: KnownCall): boolean => begun?.kind === 'call.hold' && isOf(scope, begun);
