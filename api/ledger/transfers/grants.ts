import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { AMOUNT_MAX } from '../../contract/values.ts';
import { insertDescription } from '../../models/description.ts';
import { readHead, readPurchaseSums } from '../../models/entry.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import { type MinutesState, prefixOf, readTransfers } from '../../models/transfer.ts';
import { creditLevel, type MeterThresholds } from '../../rules/credits.ts';
import { type MinutesPolicy, mayFall } from '../../rules/minutes.ts';
import { type Currency, currencies, feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';
import { clearingOf, clientOf, feesOf, minutesOf, platformFees, platformIssued, revenueOf } from '../accounts.ts';
import { legs } from '../legs.ts';
import { readStanding, type Standing, standingAfter } from '../standing.ts';
import { promiseTo } from '../state/changes.ts';
import { meterOf } from '../state/states.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';
import { type Draft, nameDraft } from '../write/draft.ts';
import { heldPurchaseMoves } from './orders.ts';

export interface Granted extends Standing {
  transferId: string;
  /** It was done before, for this very cause; the standing is the one of then. */
  repeated: boolean;
}

/**
 * Moves free credits from the agency's minutes to a client, once in its life. Using them later debits nobody again.
 * Refuses with `agency.minutes_exhausted`, for this client for ever, where the agency's policy says so; without one there is no limit.
 */
export function grantFree(
  scope: ClientScope,
  { millis, cause = scope.clientId, policy, ...act }: Act & { millis: number; cause?: string; policy?: MinutesPolicy },
): Promise<Granted> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  return grant(scope, {
    ...act,
    kind: 'signup.grant',
    cause,
    content: { client, millis },
    guarded: [client, minutes],
    legs: (stateOf) => {
      const before = stateOf(minutes).available;
      const isAllowed = policy === undefined || mayFall(policy, 'grant', { before, after: before - millis });
      // Thrown, because it holds for now only: the agency may get minutes.
      return isAllowed ? legs([client, millis], [minutes, -millis]) : refuse('agency.minutes_exhausted');
    },
  });
}

/** Whether the free credits of a client have come. */
export async function hasFree(scope: ClientScope): Promise<boolean> {
  const _id = `${prefixOf(scope)}signup.grant/${scope.clientId}`;
  const transfer = (await readTransfers([{ agencyId: scope.agencyId, _id }])).get(_id);
  return transfer !== undefined && transfer.refused === undefined;
}

/** Milli-credits that a client may be given in its life, and may have got altogether when it buys more. What is paid by then always fits. */
const GIVEN_MAX = AMOUNT_MAX;
const ASSIGNED_MAX = 1000 * AMOUNT_MAX;

/** Refuses with `credits.too_many` what would be too much to count if it were bought. */
export async function requireRoomFor(scope: ClientScope, millis: number, param: string): Promise<void> {
  const { state } = await readStanding(scope);
  if (state.assigned + millis > ASSIGNED_MAX) refuse('credits.too_many', { param });
}

interface Recharge extends Act {
  /** The attempt's own: the same one again grants nothing more. */
  requestId: string;
  millis: number;
}

/**
 * Gives a client credits without a payment, with a reason. They are the agency's promise: its minutes are debited when they are used.
 * What the client owes after a refund is paid first, so that an agency can forgive a debt by giving as much.
 */
export async function allocate(scope: ClientScope, { description, ...recharge }: Recharge & { description: string }): Promise<Granted> {
  const draft = promise(scope, 'credits.allocate', recharge, { description });
  await insertDescription(scope, nameDraft(scope, draft), description);
  return give(scope, draft);
}

/** The same by the number alone. */
export const recharge = (scope: ClientScope, recharge: Recharge): Promise<Granted> =>
  give(scope, promise(scope, 'credits.recharge', recharge));

/** Refuses with `credits.too_many`, of the amount, what would be more than a client may be given in its life. */
const give = (scope: ClientScope, draft: Draft): Promise<Granted> =>
  grant(scope, draft).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'credits.too_many') refuse(error.code, { param: 'amountMillis' });
    throw error;
  });

function promise(
  scope: ClientScope,
  kind: 'credits.allocate' | 'credits.recharge',
  { requestId, millis, ...act }: Recharge,
  more = {},
): Draft {
  const client = clientOf(scope);
  return {
    ...act,
    kind,
    cause: requestId,
    content: { client, millis, ...more },
    guarded: [client],
    legs: (stateOf) =>
      stateOf(client).assigned + millis > GIVEN_MAX ? 'credits.too_many' : legs(...promiseTo(scope, stateOf(client), millis)),
  };
}

/** A purchase that was paid. Nothing else makes credits that cost money. */
export interface PaidPurchase extends Act {
  /** What Stripe itself said of the session when it was asked. */
  paymentStatus: 'paid';
  sessionId: string;
  purchaseId: string;
  millis: number;
  priceCents: number;
  currency: Currency;
  /** They were bought for one order, and are set aside for it as they come. */
  isHeld?: boolean;
}

/**
 * Credits what was bought, once per Checkout session, together with the money that came in and the platform's 2 % of it. What the client
 * owes after an earlier refund is paid first.
 */
export function creditPurchase(scope: ClientScope, paid: PaidPurchase): Promise<Granted> {
  const { sessionId, purchaseId, millis, priceCents, currency, isHeld = false, actor, at } = paid;
  const client = clientOf(scope);
  const fee = feeCents(priceCents, PLATFORM_FEE_BASIS_POINTS);
  return grant(scope, {
    actor,
    at,
    kind: 'credits.purchase',
    cause: sessionId,
    purchaseId,
    content: { client, purchaseId, millis, priceCents, currency, ...(isHeld && { isHeld }) },
    guarded: [client],
    legs: (stateOf) =>
      legs(
        ...(isHeld ? heldPurchaseMoves(scope, stateOf(client), sessionId, millis) : promiseTo(scope, stateOf(client), millis)),
        [clearingOf(scope, currency), priceCents],
        [revenueOf(scope, currency), -priceCents],
        [feesOf(scope, currency), fee],
        [platformFees(scope, currency), -fee],
      ),
  });
}

/** Prepaid minutes for the agency, in milli-credits, once per cause. */
export async function grantMinutes(
  scope: AgencyScope,
  { millis, cause, ...act }: Act & { millis: number; cause: string },
): Promise<{ transferId: string; repeated: boolean }> {
  const minutes = minutesOf(scope);
  const { transfer, repeated } = await commit(scope, {
    ...act,
    kind: 'minutes.grant',
    cause,
    content: { millis },
    guarded: [minutes],
    legs: () => legs([minutes, millis], [platformIssued(scope), -millis]),
  });
  return { transferId: transfer._id, repeated };
}

async function grant(scope: ClientScope, draft: Draft): Promise<Granted> {
  const { transfer, repeated } = await commit(scope, draft);
  return { transferId: transfer._id, repeated, ...standingAfter(scope, transfer) };
}

export interface BalanceView {
  meter: MeterThresholds;
  /** Free credits that are promised, in milli-credits. */
  waiting: number;
}

/** A client's account as its meter shows it. */
export function balanceOf({ seq, state }: Standing, { meter, waiting }: BalanceView): Output<'credits.balance'> {
  const figures = meterOf(state);
  const owed = state.debt === undefined ? {} : { debt: state.debt };
  return { ...figures, ...owed, level: creditLevel(figures, meter), waiting, seq };
}

/** The same, as it is now. */
export const readBalance = async (scope: ClientScope, view: BalanceView): Promise<Output<'credits.balance'>> =>
  balanceOf(await readStanding(scope), view);

/** The agency's own minutes, in milli-credits. */
export async function readMinutes(scope: AgencyScope): Promise<{ available: number }> {
  const head = await readHead(scope, minutesOf(scope));
  return { available: head ? (head.after as MinutesState).available : 0 }; // of minutes
}

/** What the agency owes the platform for settled payments, per currency in which there were any. */
export async function readFees(scope: AgencyScope): Promise<{ currency: Currency; owedCents: number }[]> {
  const accounts = new Map(currencies.map((currency) => [feesOf(scope, currency) as string, currency]));
  const sums = await readPurchaseSums(scope, [...accounts.keys()]);
  return [...accounts].flatMap(([account, currency]) => {
    const owedCents = sums.get(account);
    return owedCents === undefined ? [] : [{ currency, owedCents }];
  });
}
