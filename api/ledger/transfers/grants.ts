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
import { callsOnlyIn, heldPurchaseMoves } from './orders.ts';

export interface Granted extends Standing {
  transferId: string;
  /** True if this cause was granted before; the standing is then the stored one. */
  repeated: boolean;
}

/** Names the grant of a plan's free credits; that of the sign-up has the client's id alone. */
export const causeOfPlanFree = ({ clientId }: Pick<ClientScope, 'clientId'>, planId: string): string => `${clientId}:${planId}`;

/**
 * Moves free credits from the agency's minutes to a client, once for each cause in the client's life. Their later use debits nobody again. With a
 * `policy`, refuses with `agency.minutes_exhausted` as long as the agency lacks minutes; without one there is no limit.
 */
export function grantFree(
  scope: ClientScope,
  { millis, cause = scope.clientId, policy, ...act }: Act & { millis: number; cause?: string; policy?: MinutesPolicy },
): Promise<Granted> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  return grant(scope, {
    ...freeDraft(scope, { millis, cause, ...act }),
    legs: (stateOf) => {
      const before = stateOf(minutes).available;
      const isAllowed = policy === undefined || mayFall(policy, 'grant', { before, after: before - millis });
      // Thrown rather than stored, because the agency may get more minutes.
      return isAllowed ? legs([client, millis], [minutes, -millis]) : refuse('agency.minutes_exhausted');
    },
  });
}

const freeDraft = (scope: ClientScope, { millis, cause, ...act }: Act & { millis: number; cause: string }) =>
  ({
    ...act,
    kind: 'signup.grant',
    cause,
    content: { client: clientOf(scope), millis },
    guarded: [clientOf(scope), minutesOf(scope)],
  }) as const;

/** Ends a promise of free credits: those that have not come by now never will, and `grantFree` refuses with `order.money_returned`. */
export async function endFree(scope: ClientScope, promise: Act & { millis: number; cause: string }): Promise<void> {
  try {
    await commit(scope, { ...freeDraft(scope, promise), legs: () => 'order.money_returned' });
  } catch (error) {
    if (!isEnded(error)) throw error;
  }
}

/** Tells whether free credits were refused because their promise had ended. */
export const isEnded = (error: unknown): boolean => error instanceof Refusal && error.code === 'order.money_returned';

/** Tells whether a client has received the free credits of its sign-up, or of another cause. */
export async function hasFree(scope: ClientScope, cause = scope.clientId): Promise<boolean> {
  const _id = `${prefixOf(scope)}signup.grant/${cause}`;
  const transfer = (await readTransfers([{ agencyId: scope.agencyId, _id }])).get(_id);
  return transfer !== undefined && transfer.refused === undefined;
}

/**
 * Milli-credits that a client may be given in its life, and may have been assigned when it buys more. The second is far larger, so that a
 * paid purchase always fits.
 */
const GIVEN_MAX = AMOUNT_MAX;
const ASSIGNED_MAX = 1000 * AMOUNT_MAX;

/** Refuses a purchase of so many milli-credits with `credits.too_many` if the total would be too large to count. */
export async function requireRoomFor(scope: ClientScope, millis: number, param: string): Promise<void> {
  const { state } = await readStanding(scope);
  if (state.assigned + millis > ASSIGNED_MAX) refuse('credits.too_many', { param });
}

interface Recharge extends Act {
  /** Id of the attempt. Repeating it grants nothing more. */
  requestId: string;
  millis: number;
}

/**
 * Gives a client credits without a payment, with a reason. They are the agency's promise: its minutes are debited at use. The client's debt
 * is paid first, so an agency can forgive a debt by allocating as much.
 */
export async function allocateCredits(
  scope: ClientScope,
  { description, ...recharge }: Recharge & { description: string },
): Promise<Granted> {
  const draft = promise(scope, 'credits.allocate', recharge, { description });
  await insertDescription(scope, nameDraft(scope, draft), description);
  return give(scope, draft);
}

/** Gives a client credits without a payment and without a reason. */
export const rechargeCredits = (scope: ClientScope, recharge: Recharge): Promise<Granted> =>
  give(scope, promise(scope, 'credits.recharge', recharge));

/** Grants, and refuses with `credits.too_many` for the amount if the client would exceed the limit of its life. */
const give = (scope: ClientScope, draft: Draft): Promise<Granted> =>
  grant(scope, draft).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'credits.too_many' ? error.at('amountMillis') : error;
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

/** A paid purchase. Nothing else creates credits that cost money. */
export interface PaidPurchase extends Act {
  /** Status of the session as Stripe reported it when asked. */
  paymentStatus: 'paid';
  sessionId: string;
  purchaseId: string;
  millis: number;
  priceCents: number;
  currency: Currency;
  /** True if the credits were bought for one order and are set aside for it at once. */
  isHeld?: boolean;
}

/**
 * Credits a purchase once per Checkout session, with the money received and the platform's 2 % of it. The client's debt after an earlier
 * refund is paid first.
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

/** Grants an agency prepaid minutes, in milli-credits, once per cause. */
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
  /** Promised free credits that have not come yet, in milli-credits. */
  waiting: number;
  /** False if free credits pay for calls only in the client's plan. */
  takesFree?: boolean;
}

/** Returns a client's account as the meter shows it. */
export function balanceOf({ seq, state }: Standing, { meter, waiting, takesFree = true }: BalanceView): Output<'credits.balance'> {
  const figures = meterOf(state);
  const callsOnly = callsOnlyIn(state, takesFree);
  const owed = state.debt === undefined ? {} : { debt: state.debt };
  return { ...figures, ...(callsOnly > 0 && { callsOnly }), ...owed, level: creditLevel(figures, meter), waiting, seq };
}

/** Reads the current balance of a client. */
export const readBalance = async (scope: ClientScope, view: BalanceView): Promise<Output<'credits.balance'>> =>
  balanceOf(await readStanding(scope), view);

/** Reads the agency's minutes, in milli-credits. */
export async function readMinutes(scope: AgencyScope): Promise<{ available: number }> {
  const head = await readHead(scope, minutesOf(scope));
  return { available: head ? (head.after as MinutesState).available : 0 }; // the account is the agency's minutes
}

/** Reads the fees that the agency owes the platform for settled payments, for each currency that had any. */
export async function readFees(scope: AgencyScope): Promise<{ currency: Currency; owedCents: number }[]> {
  const accounts = new Map(currencies.map((currency) => [feesOf(scope, currency) as string, currency]));
  const sums = await readPurchaseSums(scope, [...accounts.keys()]);
  return [...accounts].flatMap(([account, currency]) => {
    const owedCents = sums.get(account);
    return owedCents === undefined ? [] : [{ currency, owedCents }];
  });
}
