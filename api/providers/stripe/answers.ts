import Stripe from 'stripe';
import type { ErrorCode } from '../../contract/errors/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import type { Asked } from './clients.ts';
import { codesByWords, type StripeCall, stripeErrors } from './errors.ts';

const { StripeError, StripeIdempotencyError } = Stripe.errors;

/** Pages of a hundred to read at most; a longer list does not come from Stripe. */
const PAGES_MAX = 1000;

/** Stripe's name for a kind of object. */
type Kind<Answer> = Answer extends { object: infer Name } ? Name : never;
type Words = ProviderError['words'];

/** Returns Stripe's answer. Otherwise refuses as the table says; the cause has Stripe's words and whether a repetition helps. */
export async function answeredByStripe<Answer extends { object: string }>(
  { call, answer }: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer> {
  return checked(call, await answer.catch((error: unknown) => refuseAs(call, error)), kind);
}

/**
 * Returns an object that Stripe may not have.
 * @returns undefined if Stripe has none; refuses as `answeredByStripe` does
 */
export async function foundAtStripe<Answer extends { object: string }>(
  asked: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer | undefined> {
  return unless(answeredByStripe(asked, kind), ({ status, code }) => status === 404 && code === 'resource_missing');
}

/**
 * Attempts something that may be done or impossible already; the caller reads back the result. Refuses as `answeredByStripe` does for any
 * other reason.
 */
export async function tryAtStripe<Answer extends { object: string }>(asked: Asked<Answer>, kind: Kind<Answer>): Promise<void> {
  await unless(answeredByStripe(asked, kind), (words) => rowFor(asked.call, words)?.person === null);
}

/** Tells whether the key has the permission that it tried, whatever else happened. Refuses if that is unknown. */
export async function mayAtStripe({ call, answer }: Asked<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    const words = error instanceof StripeError ? wordsOf(call, error) : undefined;
    if (words?.status === 403) return false;
    return words && rowFor(call, words)?.person === null ? true : refuseAs(call, error);
  }
}

/**
 * Returns the answer to a request with an idempotency key.
 * @returns Stripe's error instead, if Stripe keeps a failure under the key
 */
export async function unlessKept<Answer extends { object: string }>(
  { call, answer }: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer | ProviderError> {
  const end = await answer.catch((error: unknown) => (isKept(error) ? keptAs(call, error) : refuseAs(call, error)));
  return end instanceof ProviderError ? end : checked(call, end, kind);
}

/** Stripe keeps a 500 at once. Any other failure is reported as itself first, and counts as kept when it comes again. */
function isKept(error: unknown): error is Stripe.errors.StripeError {
  if (error instanceof StripeIdempotencyError) return true;
  if (!(error instanceof StripeError) || error.code === 'email_invalid') return false; // the caller handles this error
  return error.statusCode === 500 || error.headers?.['idempotent-replayed'] === 'true';
}

function keptAs(call: StripeCall, error: Stripe.errors.StripeError): ProviderError {
  const words = wordsOf(call, error);
  return new ProviderError('stripe', words, rowFor(call, words) ?? { lasts: 'passing' });
}

/** @returns undefined if Stripe refused with matching words */
async function unless<Answer>(asked: Promise<Answer>, isLikeThis: (words: Words) => boolean): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (refusal) {
    const words = wordsIn(refusal);
    if (words && isLikeThis(words)) return undefined;
    throw refusal;
  }
}

/** Returns Stripe's code of a refusal, or ours for it. */
export const codeIn = (refusal: unknown): string | undefined => wordsIn(refusal)?.code;
export const messageIn = (refusal: unknown): string | undefined => wordsIn(refusal)?.message;

type Page<Item> = Pick<Stripe.ApiList<Item>, 'object' | 'data' | 'has_more'>;

/** Iterates over all items of a list, page by page, and checks the kind of each. Refuses as `answeredByStripe` does. */
export async function* listAtStripe<Item extends { id: string; object: string }>(
  kind: Kind<Item>,
  ask: (paging: { limit: number; starting_after?: string }) => Asked<Page<Item>>,
): AsyncIterable<Item> {
  let last: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const asked = ask({ limit: 100, ...(last !== undefined && { starting_after: last }) });
    const page = await answeredByStripe(asked, 'list');
    if (!Array.isArray(page.data)) refuse('payments.provider_unavailable', { cause: 'a list came without its items' });
    for (const item of page.data) yield checked(asked.call, item, kind);
    last = page.data.at(-1)?.id;
    if (!page.has_more || last === undefined) return;
  }
}

/** Checks the kind of an answer. The SDK throws only if the JSON has an `error`, so anything else from a proxy would pass. */
function checked<Answer extends { object: string }>(call: StripeCall, answer: Answer | null | undefined, kind: Kind<Answer>): Answer {
  if (answer?.object === kind) return answer;
  const cause = new ProviderError('stripe', { call, message: `the answer is not a ${kind}` }, { lasts: 'passing' });
  return refuse('payments.provider_unavailable', { cause });
}

const rowFor = (call: StripeCall, words: Words) => rowOf(stripeErrors, call, words);

/** Refuses. Stripe's words only go into the cause. An unknown error may pass. */
function refuseAs(call: StripeCall, error: unknown): never {
  if (!(error instanceof StripeError)) throw error;
  const words = wordsOf(call, error);
  const row = rowFor(call, words);
  const code = row?.person ?? 'payments.provider_unavailable';
  const detail = { cause: new ProviderError('stripe', words, row ?? { lasts: 'passing' }), ...paramOf(call, code) };
  refuseBy(code, detail, /'rak_(\w+)'/.exec(words.message)?.slice(1));
}

function wordsOf(call: StripeCall, error: Stripe.errors.StripeError): Words {
  const { statusCode: status, rawType, type, code, detail, message, requestId } = error;
  return { call, status, type: rawType ?? type, code: code ?? codeByWords(message) ?? codeOf(detail), message, requestId };
}

const codeByWords = (message: string): string | undefined => codesByWords.find(({ words }) => words.test(message))?.code;

/** Returns the code of a failed connection. */
const codeOf = (detail: unknown): string | undefined => (detail instanceof Error && 'code' in detail ? String(detail.code) : undefined);

/** The settings field of each call's error, for agencies that save settings. */
const params: Partial<Record<StripeCall, string>> = {
  readAccount: 'stripe.secretKey',
  tryRight: 'stripe.secretKey',
  readProduct: 'stripe.productId',
  readPrice: 'stripe.priceId',
  createWebhook: 'stripe.webhookSecret',
};

function paramOf(call: StripeCall, code: ErrorCode): { param?: string } {
  const own = params[call];
  if (own === undefined || code === 'payments.provider_unavailable') return {};
  return { param: code === 'payments.key_refused' || code === 'payments.key_rights' ? 'stripe.secretKey' : own };
}

export const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

/** Returns a known word of Stripe's open enums, or `unknown`, which never counts as paid. */
export const oneOf = <Word extends string>(known: readonly Word[], word: string | null): Word | 'unknown' =>
  known.find((each) => each === word) ?? 'unknown';
