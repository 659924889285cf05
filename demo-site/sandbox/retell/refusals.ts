/** A refusal of Retell. */
export class RetellRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  body(): object {
    return words(this.message);
  }
}

const words = (message: string) => ({ status: 'error', message });

/** Retell's errors when it is out of order. */
export const faultWords = {
  '500': words('An unexpected server error occurred.'),
  '503': words('Service temporarily unavailable.'),
  '409': words('The resource is being changed by another request.'),
  '429': words('Account rate limited, please throttle your requests.'),
};

export const wrongKey = () => new RetellRefusal(401, 'API key is missing or invalid.');

/** Retell's refusal for an unknown object. */
export const noAsset = () => new RetellRefusal(422, 'Cannot find requested asset under given api key.');

export const badRequest = (why: string) => new RetellRefusal(400, `Invalid request format, please check API reference. ${why}.`);

export const unknownPath = (method: string, path: string) => new RetellRefusal(404, `Cannot ${method} ${path}`);

export const notFound = () => new RetellRefusal(404, 'The requested resource was not found.');

/** A published version never changes; a draft must be branched from it. */
export const cannotUpdate = (what: 'LLM' | 'conversation flow') => new RetellRefusal(400, `Cannot update published ${what}`);

export const agentPublished = () => new RetellRefusal(422, 'Cannot update published agent other than version title');
