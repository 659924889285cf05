import { Refusal, refuse } from '../../contract/refusal.ts';
import { type Meaning, ProviderError, refuseBy, rowOf, wordsIn } from '../../ports/index.ts';
import { ConnectionError } from './clients.ts';
import { type TwilioCall, twilioErrors } from './errors.ts';

/** What Twilio answered. Otherwise it refuses as the table says; the cause holds Twilio's words and whether to ask again. */
export async function answeredByTwilio<Answer>(call: TwilioCall, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    return refuseAs(call, error);
  }
}

/** The same for something that Twilio may not have: undefined where it has not. */
export async function foundAtTwilio<Answer>(call: TwilioCall, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answeredByTwilio(call, asked);
  } catch (error) {
    if (wordsIn(error)?.status === 404) return undefined;
    throw error;
  }
}

/** For an answer of a proxy or a fault, which the SDK takes for a result. Refuses with `telephony.provider_unavailable`. */
export function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  return unreadable(`an answer came without its ${what}`);
}

export function items<Item>(list: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(list) ? list : unreadable('a list came without its items');
}

/** Refuses what a proxy or a fault answered in Twilio's place. */
export const unreadable = (message: string): never =>
  refuse('telephony.provider_unavailable', { cause: new ProviderError('twilio', { message }, { lasts: 'passing' }) });

function refuseAs(call: TwilioCall, error: unknown): never {
  if (error instanceof Refusal) throw error;
  const { status, code, message } = wordsOf(error);
  // All of them mean that Twilio is out of order. What no table knows may pass as well.
  const row = rowOf(twilioErrors, call, { status: status !== undefined && status >= 500 ? 500 : status, code });
  const meaning: Meaning = row ?? { lasts: 'passing' };
  return refuseBy(row?.person ?? 'telephony.provider_unavailable', {
    cause: new ProviderError('twilio', { call, status, code, message }, meaning),
  });
}

/** By its shape, because the SDK is not read before it is needed. */
function wordsOf(error: unknown): { status: number | undefined; code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { status: undefined, code: undefined, message: String(error) };
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (error instanceof ConnectionError || typeof status !== 'number') return { status: undefined, code: undefined, message: error.message };
  return { status, code: code === undefined ? undefined : String(code), message: error.message };
}
