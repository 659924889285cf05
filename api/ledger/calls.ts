import type { ClientScope } from '../models/scope.ts';
import { prefixOf, readTransfers, type Transfer } from '../models/transfer.ts';
import { clientOf } from './accounts.ts';
import { contentHash } from './chain.ts';
import type { CallName } from './names.ts';

/**
 * What the ledger has of one call. Each of these is one name, so it is written once, in whatever process, and never changes: what follows
 * from a transfer that is there holds for ever.
 */
export interface KnownCall {
  /** Credits were held, or the start was refused, or the call was charged at once because nobody had started it. */
  begun?: Transfer | undefined;
  /** The hold was settled or given back, or a call whose start was refused was charged. */
  over?: Transfer | undefined;
  /** The call was charged after its hold had run out. */
  late?: Transfer | undefined;
  /** A charge, or the refusal of one, from the time when a call that nobody had started had a name of its own. No new ones are made. */
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

/** How a hold ends with nothing used of it: the call never came about, or nobody ever said how it ended. */
export type GivenBack = 'voided' | 'expired';

/** Whether a hold ended so. */
export const endedAs = (scope: ClientScope, over: Transfer, end: GivenBack): boolean =>
  over.input === contentHash({ client: clientOf(scope), end });

/** The transfer that charged a call, if it was charged. */
export const chargeOf = (scope: ClientScope, { begun, over, late, former }: KnownCall): Transfer | undefined =>
  [former, late, over, begun].find(
    (one) =>
      one &&
      one.refused === undefined &&
      one.kind !== 'call.hold' &&
      !(one.kind === 'hold.resolve' && (endedAs(scope, one, 'voided') || endedAs(scope, one, 'expired'))),
  );

/** Whether it moved anything of this very client. */
export const isOf = (scope: ClientScope, { postings }: Transfer): boolean => postings.some(({ account }) => account === clientOf(scope));

/** Whether credits of this very client were held for the call. */
export const wasHeldFor = (scope: ClientScope, { begun }: KnownCall): boolean => begun?.kind === 'call.hold' && isOf(scope, begun);
