import type { Funds } from '../../rules/funds.ts';
import type { SentenceValues, ValuesOf } from '../template.ts';
import { accountErrors } from './accounts.ts';
import { agencyErrors } from './agencies.ts';
import { callErrors } from './calls.ts';
import { creditErrors } from './credits.ts';
import type { ErrorEntry, ErrorType } from './entry.ts';
import { inputErrors } from './input.ts';
import { knowledgeErrors } from './knowledge.ts';
import { numberErrors } from './numbers.ts';
import { orderErrors } from './orders.ts';
import { paymentErrors } from './payments.ts';
import { planErrors } from './plans.ts';
import { requestErrors } from './requests.ts';

/** Every error of the API. Codes and their values are stable; sentences may be improved. */
export const errors = {
  ...requestErrors,
  ...inputErrors,
  ...accountErrors,
  ...agencyErrors,
  ...callErrors,
  ...creditErrors,
  ...paymentErrors,
  ...planErrors,
  ...orderErrors,
  ...numberErrors,
  ...knowledgeErrors,
};

type Errors = typeof errors;
export type ErrorCode = keyof Errors;

/** A code whose sentence needs values. */
export type FilledCode = { [Code in ErrorCode]: Errors[Code] extends { values: object } ? Code : never }[ErrorCode];
/** A code whose sentence needs no values. Only such codes are stored. */
export type PlainCode = Exclude<ErrorCode, FilledCode>;
export type ErrorValues<Code extends FilledCode> = ValuesOf<Errors[Code]>;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errors, text);
export const isPlainCode = (text: string): text is PlainCode => isErrorCode(text) && !('values' in errors[text]);

export type { ErrorEntry, ErrorType };

/** A code with its sentence and its values. */
interface Told {
  code: ErrorCode;
  /** The code's sentence. */
  message: string;
  /** The values in the sentence, for a sentence of one's own; absent if it has none. */
  values?: SentenceValues | undefined;
}

/** The shape of every 4xx and 5xx answer. */
export interface ErrorBody {
  error: Told & {
    type: ErrorType;
    /** The wrong input field, as a dotted path. */
    param?: string;
    /** The wrong fields, if there are several: twenty at most. */
    fields?: (Told & { param: string })[];
    /** Number of further wrong fields. */
    moreFields?: number;
    /** Of `credits.insufficient`: what the client could pay, and what is missing. */
    funds?: Funds;
    requestId: string;
  };
}
