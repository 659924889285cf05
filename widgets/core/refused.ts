import type { ErrorBody } from '../../api/contract/index.ts';

/** Why something did not work: the API's own codes, and three of the browser's. */
export type RefusalCode = ErrorBody['error']['code'] | 'network' | 'insecure' | 'signed_out';

/** One public sentence with a code to branch on. `retry` says whether the same may work a moment later. */
export class Refused extends Error {
  readonly code: RefusalCode;
  readonly retry: boolean;
  readonly fields: NonNullable<ErrorBody['error']['fields']>;

  constructor(code: RefusalCode, message = '', { retry = false, fields = [] as Refused['fields'] } = {}) {
    super(message);
    this.code = code;
    this.retry = retry;
    this.fields = fields;
  }
}

/** Reads the error of an answer. One without our error shape came from something in between: worth another try. */
export async function readRefusal(response: Response): Promise<Refused> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    const fields = error.fields ?? (error.param ? [{ param: error.param, code: error.code, message: error.message }] : []);
    return new Refused(error.code, error.message, { retry: response.status >= 500, fields });
  } catch {
    return new Refused('network', '', { retry: true });
  }
}
