import type { APIError } from 'retell-sdk';
import { type Meaning, ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import { PUBLISHED, type RetellCall, retellErrors } from './errors.ts';

/** What Retell says of what it does not have, or of a request that means nothing to it. */
const MISSING = [400, 404, 422];

type IsRight = (answer: unknown) => boolean;

/** What Retell answered. Otherwise it refuses as the table says; the cause holds Retell's words and whether to ask again. */
export async function answeredByRetell<Answer>(call: RetellCall, asked: Promise<Answer>, isRight: IsRight): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await asked;
  } catch (error) {
    return refuseAs(call, error);
  }
  if (isRight(answer)) return answer;
  // A proxy may answer anything with status 200.
  return refuseAs(call, new Error('the answer is not one of Retell'));
}

/** The same for something that Retell may not have: undefined where it has not. */
export async function foundAtRetell<Answer>(call: RetellCall, asked: Promise<Answer>, isRight: IsRight): Promise<Answer | undefined> {
  try {
    return await answeredByRetell(call, asked, isRight);
  } catch (error) {
    if (MISSING.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** The status that Retell refused with; undefined where nobody knows what became of the request. */
export const statusOf = (refusal: unknown): number | undefined => wordsIn(refusal)?.status;

/** Whether a draft was published by somebody else before it could be changed. */
export const isPublishedMeanwhile = (refusal: unknown): boolean => wordsIn(refusal)?.code === PUBLISHED;

function refuseAs(call: RetellCall, error: unknown): never {
  const { status, message } = wordsOf(error);
  const code = /^Cannot update published/.test(message) ? PUBLISHED : undefined;
  // All of them mean that Retell is out of order. What no table knows may pass as well.
  const row = rowOf(retellErrors, call, { status: status !== undefined && status >= 500 ? 500 : status, code });
  const meaning: Meaning = row ?? { lasts: 'passing' };
  const cause = new ProviderError('retell', { call, status, code, message }, meaning);
  return refuseBy(row?.person ?? 'voice.provider_unavailable', { cause, ...(call === 'checkKey' && { param: 'apiKey' }) });
}

/** By its shape, because the SDK is not read before it is needed. */
function wordsOf(error: unknown): { status: number | undefined; message: string } {
  if (!(error instanceof Error)) return { status: undefined, message: String(error) };
  const { status, error: body } = error as Partial<APIError>;
  if (!('headers' in error) || typeof status !== 'number') return { status: undefined, message: error.message };
  const said = Object(body).message;
  return { status, message: typeof said === 'string' ? said : error.message };
}
