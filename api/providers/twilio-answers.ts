import { Refusal, refuse } from '../contract/refusal.ts';
import { ConnectionError } from './twilio-clients.ts';

/** What the provider answered instead of what was asked for. Its own words stay here and in the log. */
export interface Failure {
  status: number;
  code: number;
}

/** Numbers that mean that another has it already. */
export const goneCodes = new Set([21_422, 21_404, 21_452, 21_606]);
/** Numbers that mean that papers or an address are missing, or do not fit. */
export const papersCodes = new Set([21_615, 21_631, 21_649, 21_650, 21_651, 21_628, 21_629]);

/**
 * What the provider answered. Refuses with `telephony.provider_unavailable` where nobody knows what happened, and with
 * `telephony.not_configured` where the credentials are no good.
 * @param otherwise what a refusal of the request itself means; `telephony.provider_unavailable` where it is left out
 */
export async function answered<Answer>(asked: Promise<Answer>, otherwise?: (failure: Failure, cause: Error) => Answer): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    const cause = asCause(error);
    const failure = failureOf(error);
    if (!failure || failure.status === 429 || failure.status >= 500) return refuse('telephony.provider_unavailable', { cause });
    if (failure.status === 401 || failure.status === 403) return refuse('telephony.not_configured', { cause });
    if (otherwise) return otherwise(failure, cause);
    return refuse('telephony.provider_unavailable', { cause });
  }
}

/** For an answer of a proxy or a fault, which the SDK takes for a result. Refuses with `telephony.provider_unavailable`. */
export function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  return refuse('telephony.provider_unavailable', { cause: new Error(`an answer came without its ${what}`) });
}

export function items<Item>(list: readonly Item[] | undefined): readonly Item[] {
  if (Array.isArray(list)) return list;
  return refuse('telephony.provider_unavailable', { cause: new Error('a list came without its items') });
}

/** The SDK's own error class is behind the lazy import, so its answers are known by their shape. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Refusal) throw error;
  if (error instanceof ConnectionError || !(error instanceof Error) || !('status' in error)) return undefined;
  const { status, code } = error as { status?: unknown; code?: unknown };
  return typeof status === 'number' ? { status, code: Number(code ?? 0) } : undefined;
}

const asCause = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
