import { Refusal, refuse } from '../../contract/refusal.ts';
import { type Meaning, ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import { ConnectionError } from './clients.ts';
import { type TwilioCall, twilioErrors } from './errors.ts';

/** Returns Twilio's answer. Otherwise refuses as the table says; the cause has Twilio's words and whether to repeat the call. */
export async function answeredByTwilio<Answer>(call: TwilioCall, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    return refuseAs(call, error);
  }
}

/** Returns Twilio's answer, or undefined if Twilio does not have the object. */
export async function foundAtTwilio<Answer>(call: TwilioCall, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answeredByTwilio(call, asked);
  } catch (error) {
    if (wordsIn(error)?.status === 404) return undefined;
    throw error;
  }
}

/** Checks a text in an answer, since the SDK accepts anything from a proxy. Refuses with `telephony.provider_unavailable`. */
export function requireText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  return refuseUnreadable(`an answer came without its ${what}`);
}

export function requireItems<Item>(list: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(list) ? list : refuseUnreadable('a list came without its items');
}

/** Refuses an answer that a proxy or a fault gave in Twilio's place. */
export const refuseUnreadable = (message: string): never =>
  refuse('telephony.provider_unavailable', { cause: new ProviderError('twilio', { message }, { lasts: 'passing' }) });

function refuseAs(call: TwilioCall, error: unknown): never {
  if (error instanceof Refusal) throw error;
  const { status, code, message } = wordsOf(error);
  // Every status from 500 means that Twilio is out of order. An unknown error may pass too.
  const row = rowOf(twilioErrors, call, { status: status !== undefined && status >= 500 ? 500 : status, code });
  const meaning: Meaning = row ?? { lasts: 'passing' };
  return refuseBy(row?.person ?? 'telephony.provider_unavailable', {
    cause: new ProviderError('twilio', { call, status, code, message }, meaning),
  });
}

/** Reads the error by its shape, because the SDK is loaded only when needed. */
function wordsOf(error: unknown): { status: number | undefined; code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { status: undefined, code: undefined, message: String(error) };
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (error instanceof ConnectionError || typeof status !== 'number') return { status: undefined, code: undefined, message: error.message };
  return { status, code: code === undefined ? undefined : String(code), message: error.message };
}
