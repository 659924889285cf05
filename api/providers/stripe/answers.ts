import Stripe from 'stripe';
import type { ErrorCode } from '../../contract/errors/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import type { Asked } from './clients.ts';
import { ARCHIVED, type StripeCall, stripeErrors, WEBHOOKS_FULL } from './errors.ts';

const { StripeError, StripeIdempotencyError } = Stripe.errors;

/** A list is read to its end, but no further than this many pages of a hundred: whatever is longer is not Stripe's. */
const PAGES_MAX = 1000;

/** What Stripe calls a kind of object on the wire. */
type Kind<Answer> = Answer extends { object: infer Name } ? Name : never;
type Words = ProviderError['words'];

/** What Stripe answered. Otherwise it refuses as the table says; the cause holds Stripe's words, and whether it helps to ask again. */
export async function answeredByStripe<Answer extends { object: string }>(
  { call, answer }: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer> {
  return checked(call, await answer.catch((error: unknown) => refuseAs(call, error)), kind);
}

/**
 * An object that Stripe may not have.
 * @returns undefined where it has not; refuses as `answeredByStripe` does
 */
export async function foundAtStripe<Answer extends { object: string }>(
  asked: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer | undefined> {
  return unless(answeredByStripe(asked, kind), ({ status, code }) => status === 404 && code === 'resource_missing');
}

/**
 * Something that may have been done, or have become impossible, by now: whoever asks for it reads back what is so. Refuses as
 * `answeredByStripe` does where that is not why it was refused.
 */
export async function attempted<Answer extends { object: string }>(asked: Asked<Answer>, kind: Kind<Answer>): Promise<void> {
  await unless(answeredByStripe(asked, kind), (words) => rowFor(asked.call, words)?.person === null);
}

/** Whether the key may do what it tried, whatever else came of it. Refuses where nobody knows. */
export async function allowed({ call, answer }: Asked<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    const words = error instanceof StripeError ? wordsOf(call, error) : undefined;
    if (words?.status === 403) return false;
    return words && rowFor(call, words)?.person === null ? true : refuseAs(call, error);
  }
}

/** The same as `answeredByStripe` for a request with a key of ours. @returns what Stripe said where it keeps a failure under the key */
export async function unlessKept<Answer extends { object: string }>(
  { call, answer }: Asked<Answer>,
  kind: Kind<Answer>,
): Promise<Answer | ProviderError> {
  const end = await answer.catch((error: unknown) => (isKept(error) ? keptAs(call, error) : refuseAs(call, error)));
  return end instanceof ProviderError ? end : checked(call, end, kind);
}

/** A 500 is kept from the first time on. Any other failure is told once as what it is, and is known as kept when it comes again. */
function isKept(error: unknown): error is Stripe.errors.StripeError {
  if (error instanceof StripeIdempotencyError) return true;
  if (!(error instanceof StripeError) || error.code === 'email_invalid') return false; // whoever asks knows what to do about that
  return error.statusCode === 500 || error.headers?.['idempotent-replayed'] === 'true';
}

function keptAs(call: StripeCall, error: Stripe.errors.StripeError): ProviderError {
  const words = wordsOf(call, error);
  return new ProviderError('stripe', words, rowFor(call, words) ?? { lasts: 'passing' });
}

/** @returns undefined where Stripe refused like this */
async function unless<Answer>(asked: Promise<Answer>, isLikeThis: (words: Words) => boolean): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (refusal) {
    const words = wordsIn(refusal);
    if (words && isLikeThis(words)) return undefined;
    throw refusal;
  }
}

/** Stripe's code for why it refused, or the one we give to it. */
export const codeIn = (refusal: unknown): string | undefined => wordsIn(refusal)?.code;
export const messageIn = (refusal: unknown): string | undefined => wordsIn(refusal)?.message;

type Page<Item> = Pick<Stripe.ApiList<Item>, 'object' | 'data' | 'has_more'>;

/** Every item of a list, page by page; each is checked for its kind. Refuses as `answeredByStripe` does. */
export async function* listed<Item extends { id: string; object: string }>(
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

/** The SDK throws only where the JSON has an `error`: whatever else a proxy answers passes for a result, so its kind is checked. */
function checked<Answer extends { object: string }>(call: StripeCall, answer: Answer | null | undefined, kind: Kind<Answer>): Answer {
  if (answer?.object === kind) return answer;
  const cause = new ProviderError('stripe', { call, message: `the answer is not a ${kind}` }, { lasts: 'passing' });
  return refuse('payments.provider_unavailable', { cause });
}

const rowFor = (call: StripeCall, words: Words) => rowOf(stripeErrors, call, words);

/** What Stripe wrote goes no further than the refusal's cause. What no table knows may pass. */
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

function codeByWords(message: string): string | undefined {
  if (/maximum of \d+ .*webhook endpoints/.test(message)) return WEBHOOKS_FULL;
  return /\b(inactive|not active)\b/.test(message) ? ARCHIVED : undefined;
}

/** How a connection failed. */
const codeOf = (detail: unknown): string | undefined => (detail instanceof Error && 'code' in detail ? String(detail.code) : undefined);

/** Where whoever saves settings finds what is wrong. Nobody else has such a field. */
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

/** Stripe's enums are open: a word that is new to us is `unknown`, which nobody takes for paid. */
export const oneOf = <Word extends string>(known: readonly Word[], word: string | null): Word | 'unknown' =>
  known.find((each) => each === word) ?? 'unknown';
