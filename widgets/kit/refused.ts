import type { ErrorBody } from '../../api/contract/index.ts';

/** Why something did not work: the API's own codes, and three of the browser's. `unavailable` is a fault of the page or of ours. */
export type RefusalCode = ErrorBody['error']['code'] | 'network' | 'insecure' | 'unavailable';

/** One public sentence with a code to branch on. */
export class Refused extends Error {
  readonly code: RefusalCode;
  /** True if the same may work a moment later: nobody answered, or the other side failed. */
  readonly retry: boolean;
  readonly fields: NonNullable<ErrorBody['error']['fields']>;
  /** The values that fill the sentence. */
  readonly values: ErrorBody['error']['values'];

  constructor(
    code: RefusalCode,
    message = '',
    retry = code === 'network' || code === 'unavailable',
    fields: Refused['fields'] = [],
    values?: Refused['values'],
  ) {
    super(message);
    this.code = code;
    this.retry = retry;
    this.fields = fields;
    this.values = values;
  }
}

/** Takes what was thrown for a refusal. Anything else is no sentence for visitors: the console has it, and the page's own error reports. */
export function refusalOf(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  reportError(thrown);
  return new Refused('unavailable');
}

/** Reads the error of an answer. One without our error shape came from something in between: worth another try. */
export async function readRefusal(response: Response): Promise<Refused> {
  try {
    const {
      code,
      message,
      param,
      values,
      fields = param ? [{ param, code, message, values }] : [],
    } = ((await response.json()) as ErrorBody).error;
    return new Refused(code, message, response.status >= 500 || response.status === 429, fields, values);
  } catch {
    return new Refused('network');
  }
}
