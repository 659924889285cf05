import { type ErrorBody, type ErrorCode, errors } from './errors/index.ts';

interface RefusalDetail {
  /** The input field at fault, as a dotted path. */
  param?: string;
  fields?: NonNullable<ErrorBody['error']['fields']>;
  /** How many more fields are at fault. */
  moreFields?: number;
  /** Values for the `{name}`s of the public sentence. */
  values?: Record<string, string | number>;
  /** What only the log may say. */
  cause?: unknown;
}

/** Something expected went wrong; the caller reads its code and one public sentence. Everything else is a crash and a 500. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly fields: RefusalDetail['fields'];
  readonly moreFields: RefusalDetail['moreFields'];

  constructor(code: ErrorCode, { param, fields, moreFields, values = {}, cause }: RefusalDetail = {}) {
    super(sentence(code, values), { cause });
    this.code = code;
    this.param = param;
    this.fields = fields;
    this.moreFields = moreFields;
  }

  get status(): number {
    return errors[this.code].status;
  }
}

export const sentence = (code: ErrorCode, values: Record<string, string | number> = {}): string =>
  errors[code].message.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

/** Ends the work on a request with an expected error. */
export function refuse(code: ErrorCode, detail?: RefusalDetail): never {
  throw new Refusal(code, detail);
}
