import { createHmac } from 'node:crypto';
import type { Attempt, Endpoint, Event } from './objects.ts';

const answerSecondsMax = 10;

/** Posts an event once, signed with the endpoint's secret. Never throws: no answer is a result too. */
export async function postEvent(endpoint: Endpoint, event: Event, closing: AbortSignal): Promise<Attempt> {
  const at = Date.now();
  const body = JSON.stringify(event, null, 2);
  // Not AbortSignal.timeout: Node 20 forgets one within AbortSignal.any at the next garbage collection.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('It took too long.', 'TimeoutError')), answerSecondsMax * 1000);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body,
      headers: headersFor(endpoint.secret, body),
      redirect: 'manual', // Stripe follows none either
      signal: AbortSignal.any([late.signal, closing]),
    });
    await response.arrayBuffer();
    return { at, status: response.status, error: null };
  } catch (error) {
    return { at, status: null, error: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Signs the time and the exact bytes of the body. The time is real, independent of the sandbox's clock. */
function headersFor(secret: string, body: string): Record<string, string> {
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': `t=${time},v1=${signature}`,
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `No answer within ${answerSecondsMax} seconds.`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
