import type { Template } from '../template.ts';

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

/** An error of the API. Its message is one public sentence for a person: what happened and the way out. */
export interface ErrorEntry extends Template {
  status: number;
  type: ErrorType;
  /** When it may go well, in seconds: told to whoever asked. */
  retryAfterSeconds?: number;
}
