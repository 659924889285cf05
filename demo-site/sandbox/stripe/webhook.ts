import { createHmac } from 'node:crypto';
import type { Attempt, Endpoint, Event } from './objects.ts';

const answerSecondsMax = 10;

/** Posts an event once, signed with the endpoint's secret. Never throws: no answer is a result too. */
export async function postEvent(endpoint: Endpoint, event: Event, closing: AbortSignal): Promise<Attempt> {
  const at = Date.now();
  const body = JSON.stringify(event, null, 2);
  // Not AbortSignal.any: Node 20 forgets its timeout at the next garbage collection.
  const late = AbortSignal.timeout(answerSecondsMax * 1000);
  const ended = new AbortController();
  const end = () => ended.abort(late.aborted ? late.reason : closing.reason);
  for (const signal of [late, closing]) signal.addEventListener('abort', end);
  if (closing.aborted) end();
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body,
      headers: headersFor(endpoint.secret, body),
      redirect: 'manual', // Stripe follows none either
      signal: ended.signal,
    });
    await response.arrayBuffer();
    return { at, status: response.status, error: null };
  } catch (error) {
    return { at, status: null, error: reasonOf(error) };
  } finally {
    for (const signal of [late, closing]) signal.removeEventListener('abort', end);
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
