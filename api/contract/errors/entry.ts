import type { Template } from '../template.ts';

/** Coarse kinds of errors that a program branches on. */
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

/** An error of the API. Its message is one public sentence for a person: what happened and how to go on. */
export interface ErrorEntry extends Template {
  status: number;
  type: ErrorType;
  /** Seconds until a repetition may succeed, told to the caller. */
  retryAfterSeconds?: number;
}
