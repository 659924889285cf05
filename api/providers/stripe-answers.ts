import Stripe from 'stripe';
import { refuse } from '../contract/refusal.ts';
import { ProviderError } from '../domain/ports.ts';

const {
  StripeAuthenticationError,
  StripeCardError,
  StripeError,
  StripeIdempotencyError,
  StripeInvalidRequestError,
  StripePermissionError,
} = Stripe.errors;

/** A list is read to its end, but no further than this many pages of a hundred: whatever is longer is not Stripe's. */
const PAGES_MAX = 1000;

/**
 * An object that Stripe may not have.
 * @returns undefined where it has not; refuses as `answered` does
 */
export async function found<Answer extends { object: string }>(
  asked: Promise<Answer>,
  kind: Answer['object'],
): Promise<Answer | undefined> {
  try {
    return checked(await asked, kind);
  } catch (error) {
    return error instanceof StripeInvalidRequestError && error.code === 'resource_missing' ? undefined : refuseAs(error);
  }
}

/** What Stripe answered, or a refusal: the key, the request, or nobody knows. */
export async function answered<Answer extends { object: string }>(asked: Promise<Answer>, kind: Answer['object']): Promise<Answer> {
  return checked(await asked.catch(refuseAs), kind);
}

/** The same for a request with a key of ours. @returns `kept_failure` where Stripe keeps a failure under the key and would only repeat it */
export async function unlessKept<Answer extends { object: string }>(
  asked: Promise<Answer>,
  kind: Answer['object'],
): Promise<Answer | 'kept_failure'> {
  try {
    return checked(await asked, kind);
  } catch (error) {
    return isKept(error) ? 'kept_failure' : refuseAs(error);
  }
}

/** A 500 is kept from the first time on. Any other failure is told once as what it is, and is known as kept when it comes again. */
const isKept = (error: unknown): boolean =>
  error instanceof StripeIdempotencyError ||
  (error instanceof StripeError && (error.statusCode === 500 || error.headers?.['idempotent-replayed'] === 'true'));

/** Something that may have been done, or have become impossible, by now: whoever asks for it reads back what is so. Refuses as `answered` does. */
export async function attempted<Answer extends { object: string }>(asked: Promise<Answer>, kind: Answer['object']): Promise<void> {
  try {
    checked(await asked, kind);
  } catch (error) {
    if (!(error instanceof StripeInvalidRequestError)) refuseAs(error);
  }
}

type Page<Item> = Pick<Stripe.ApiList<Item>, 'object' | 'data' | 'has_more'>;

/** Every item of a list, page by page; each is checked for its kind. Refuses as `answered` does. */
export async function* listed<Item extends { id: string; object: string }>(
  kind: Item['object'],
  ask: (paging: { limit: number; starting_after?: string }) => Promise<Page<Item>>,
): AsyncIterable<Item> {
  let last: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await answered(ask({ limit: 100, ...(last !== undefined && { starting_after: last }) }), 'list');
    if (!Array.isArray(page.data)) refuse('payments.provider_unavailable', { cause: 'a list came without its items' });
    for (const item of page.data) yield checked(item, kind);
    last = page.data.at(-1)?.id;
    if (!page.has_more || last === undefined) return;
  }
}

/** The SDK throws only where the JSON has an `error`: whatever else a proxy answers passes for a result, so its kind is checked. */
function checked<Answer extends { object: string }>(answer: Answer | null | undefined, kind: Answer['object']): Answer {
  if (answer?.object === kind) return answer;
  return refuse('payments.provider_unavailable', { cause: `the answer is not a ${kind}` });
}

/** What Stripe wrote goes no further than the refusal's cause. */
function refuseAs(error: unknown): never {
  if (!(error instanceof StripeError)) throw error;
  const cause = asProviderError(error);
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError) {
    refuse('payments.key_refused', { param: 'stripe.secretKey', cause });
  }
  if (error instanceof StripeCardError) refuse('payments.declined', { cause });
  if (error instanceof StripeInvalidRequestError) refuse('payments.not_configured', { cause });
  refuse('payments.provider_unavailable', { cause });
}

function asProviderError({
  statusCode: status,
  rawType,
  type,
  code,
  detail,
  message,
  requestId,
}: Stripe.errors.StripeError): ProviderError {
  return new ProviderError('stripe', { status, type: rawType ?? type, code: code ?? codeOf(detail), message, requestId });
}

/** How a connection failed. */
const codeOf = (detail: unknown): string | undefined => (detail instanceof Error && 'code' in detail ? String(detail.code) : undefined);

export const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);

/** Stripe's enums are open: a word that is new to us is `unknown`, which nobody takes for paid. */
export const oneOf = <Word extends string>(known: readonly Word[], word: string | null): Word | 'unknown' =>
  known.find((each) => each === word) ?? 'unknown';
