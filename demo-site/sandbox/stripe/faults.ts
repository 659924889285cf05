import type { Response } from 'express';

/** Which of the next requests to Stripe's API go wrong, and how. */
export interface Fault {
  /** Start of the path, e.g. `/v1/checkout/sessions`. */
  path: string;
  method?: 'GET' | 'POST' | 'DELETE';
  /** A 500 in Stripe's words, no answer at all, or a connection that is cut. */
  how: '500' | 'timeout' | 'reset';
  /** How many requests. 1 unless given. */
  times?: number;
  /** True when the work is done and only its answer is lost. */
  done?: boolean;
}

export class Faults {
  #waiting: (Fault & { times: number })[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ ...fault, times: fault.times ?? 1 });
  }

  /** The fault for this request, used up by it. */
  take(method: string, path: string): Fault | undefined {
    const fault = this.#waiting.find((one) => path.startsWith(one.path) && (one.method ?? method) === method);
    if (!fault) return undefined;
    fault.times -= 1;
    this.#waiting = this.#waiting.filter((one) => one.times > 0);
    return fault;
  }
}

/** Lets the request go wrong. */
export function fail(response: Response, { how }: Fault): void {
  if (how === 'timeout') return; // the caller's patience ends it
  if (how === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.status(500).json({ error: { type: 'api_error', message: 'An unknown error occurred', code: null } });
}
