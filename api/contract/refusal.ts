import type { Funds } from '../rules/funds.ts';
import { type ErrorBody, type ErrorCode, type ErrorValues, errors, type FilledCode, isPlainCode, type PlainCode } from './errors/index.ts';
import { fillTemplate, type SentenceValues } from './template.ts';

interface RefusalDetail {
  /** The wrong input field, as a dotted path. */
  param?: string;
  fields?: NonNullable<ErrorBody['error']['fields']>;
  /** Number of further wrong fields. */
  moreFields?: number;
  /** The credits that the client could pay, if some were missing. */
  funds?: Funds;
  /** The cause, only for the log. */
  cause?: unknown;
}

/** A code, with values if its sentence needs them. */
type RefusalArguments =
  | readonly [code: PlainCode, detail?: RefusalDetail & { values?: never }]
  | { [Code in FilledCode]: readonly [code: Code, detail: RefusalDetail & { values: ErrorValues<Code> }] }[FilledCode];

/** An expected error; the caller gets its code, its values and one public sentence. Any other error is a crash and a 500. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly values: SentenceValues | undefined;
  readonly param: string | undefined;
  readonly fields: RefusalDetail['fields'];
  readonly moreFields: RefusalDetail['moreFields'];
  readonly funds: RefusalDetail['funds'];

  constructor(...[code, { param, fields, moreFields, funds, values, cause } = {}]: RefusalArguments) {
    super(fillTemplate(errors[code], values ?? {}), { cause });
    this.code = code;
    this.values = values;
    this.param = param;
    this.fields = fields;
    this.moreFields = moreFields;
    this.funds = funds;
  }

  get status(): number {
    return errors[this.code].status;
  }

  /** Returns the code to store with what failed. Throws the refusal if its sentence needs values, because they hold at this moment only. */
  get keptCode(): PlainCode {
    if (!isPlainCode(this.code)) throw this;
    return this.code;
  }

  /** Copies the refusal for an input field. */
  at(param: string): Refusal {
    const { code, values, cause } = this;
    return new Refusal(...([code, { param, values, cause }] as unknown as RefusalArguments)); // both came from one refusal
  }
}

/** Returns a code with its sentence and values, as a part of an answer. */
export function tell(...[code, { values } = {}]: RefusalArguments) {
  return { code, message: fillTemplate(errors[code], values ?? {}), ...(values && { values }) };
}

/** Ends the work on a request with an expected error. */
export function refuse(...refusal: RefusalArguments): never {
  throw new Refusal(...refusal);
}
