import type { APIError } from 'retell-sdk';
import { type Meaning, ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import { PUBLISHED, type RetellCall, retellErrors } from './errors.ts';

/** Retell's statuses for missing objects and meaningless requests. */
const MISSING = [400, 404, 422];

type IsRight = (answer: unknown) => boolean;

/** Returns Retell's answer. Otherwise refuses as the table says; the cause has Retell's words and whether to repeat the call. */
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

/** Returns Retell's answer, or undefined if Retell does not have the object. */
export async function foundAtRetell<Answer>(call: RetellCall, asked: Promise<Answer>, isRight: IsRight): Promise<Answer | undefined> {
  try {
    return await answeredByRetell(call, asked, isRight);
  } catch (error) {
    if (MISSING.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** Returns the status of Retell's refusal; undefined if the outcome is unknown. */
export const statusOf = (refusal: unknown): number | undefined => wordsIn(refusal)?.status;

/** Tells whether somebody published a draft before it could be changed. */
export const isPublishedMeanwhile = (refusal: unknown): boolean => wordsIn(refusal)?.code === PUBLISHED;

function refuseAs(call: RetellCall, error: unknown): never {
  const { status, message } = wordsOf(error);
  const code = /^Cannot update published/.test(message) ? PUBLISHED : undefined;
  // Every status from 500 means that Retell is out of order. An unknown error may pass too.
  const row = rowOf(retellErrors, call, { status: status !== undefined && status >= 500 ? 500 : status, code });
  const meaning: Meaning = row ?? { lasts: 'passing' };
  const cause = new ProviderError('retell', { call, status, code, message }, meaning);
  return refuseBy(row?.person ?? 'voice.provider_unavailable', { cause, ...(call === 'checkKey' && { param: 'apiKey' }) });
}

/** Reads the error by its shape, because the SDK is loaded only when needed. */
function wordsOf(error: unknown): { status: number | undefined; message: string } {
  if (!(error instanceof Error)) return { status: undefined, message: String(error) };
  const { status, error: body } = error as Partial<APIError>;
  if (!('headers' in error) || typeof status !== 'number') return { status: undefined, message: error.message };
  const said = Object(body).message;
  return { status, message: typeof said === 'string' ? said : error.message };
}
