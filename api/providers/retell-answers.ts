import type { APIError } from 'retell-sdk';
import { refuse } from '../contract/refusal.ts';

/** The key is not good, or not allowed to. */
const KEY_REFUSED = [401, 403];
/** Retell says of what it does not have that the request cannot be processed. */
const MISSING = [400, 404, 422];

interface Allowances {
  /** Answers 'refused' for these statuses instead of refusing; those of a bad key unless said. */
  unlessRefused?: true;
  refusedStatus?: readonly number[];
}

/** What Retell answered, or a refusal: the key, or nobody knows. What it wrote is the refusal's cause. */
export async function answered<Answer>(asked: Promise<Answer>, isRight: (answer: unknown) => boolean): Promise<Answer>;
export async function answered<Answer>(
  asked: Promise<Answer>,
  isRight: (answer: unknown) => boolean,
  allowed: Allowances & { unlessRefused: true },
): Promise<Answer | 'refused'>;
export async function answered<Answer>(
  asked: Promise<Answer>,
  isRight: (answer: unknown) => boolean,
  { unlessRefused, refusedStatus = KEY_REFUSED }: Allowances = {},
): Promise<Answer | 'refused'> {
  try {
    return checked(await asked, isRight);
  } catch (error) {
    return unlessRefused && refusedStatus.includes(statusOf(error) ?? 0) ? 'refused' : refuseAs(error);
  }
}

/** Something that Retell may not have. */
export async function found<Answer>(asked: Promise<Answer>, isRight: (answer: unknown) => boolean): Promise<Answer | undefined> {
  try {
    return checked(await asked, isRight);
  } catch (error) {
    return MISSING.includes(statusOf(error) ?? 0) ? undefined : refuseAs(error);
  }
}

/** A proxy may answer anything with status 200. */
function checked<Answer>(answer: Answer, isRight: (answer: unknown) => boolean): Answer {
  return isRight(answer) ? answer : refuse('voice.provider_unavailable', { cause: 'the answer is not one of Retell' });
}

/** By its shape, because the SDK is not read before it is needed. */
const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && 'headers' in error ? (error as APIError).status : undefined;

function refuseAs(cause: unknown): never {
  return KEY_REFUSED.includes(statusOf(cause) ?? 0)
    ? refuse('voice.not_configured', { cause })
    : refuse('voice.provider_unavailable', { cause });
}
