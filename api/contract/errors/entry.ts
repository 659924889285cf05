/** What went wrong, in the coarse terms a program branches on. */
export type ErrorType =
  | 'invalid_request'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'conflict'
  | 'payment'
  | 'rate_limit'
  | 'unavailable'
  | 'internal';

export interface ErrorEntry {
  status: number;
  type: ErrorType;
  /** One public sentence for a person: what happened and the way out. `{name}` is filled in by the refusal. */
  message: string;
  /** When it may go well, in seconds: told to whoever asked. */
  retryAfterSeconds?: number;
}
