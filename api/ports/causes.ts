import { Refusal } from '../contract/refusal.ts';
import { type Meaning, ProviderError } from './index.ts';

/**
 * Returns the parts of an error that cannot quote a key, an address or a header, since providers quote all of these. Use it for every log
 * line with a cause.
 */
export function describeCause(error: unknown): object | string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ProviderError)
    return { provider: error.provider, ...error.words, ...(error.meaning && { lasts: error.meaning.lasts }) };
  if (error instanceof Refusal) return { code: error.code, ...(error.cause !== undefined && { cause: describeCause(error.cause) }) };
  const { name, stack = '' } = error;
  const code = 'code' in error ? error.code : undefined;
  const frames = stack.slice(stack.indexOf('\n    at ') + 1).split('\n', 8);
  return { name, code, at: frames.map((frame) => frame.trim()) };
}

/** Returns the meaning of the provider's error behind a refusal, or undefined if there is none. */
export const meaningOf = (error: unknown): Meaning | undefined =>
  error instanceof Refusal && error.cause instanceof ProviderError ? error.cause.meaning : undefined;
