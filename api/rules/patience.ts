/**
 * A signal that aborts after so many milliseconds, or with one of the others. It stands for `AbortSignal.any` with an `AbortSignal.timeout`
 * in it: on Node 20 that forgets its time as soon as memory is cleaned up, and whoever waits, waits for ever.
 */
export function abortedAfter(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
  timer.unref();
  for (const other of others) {
    if (other.aborted) controller.abort(other.reason);
    other.addEventListener('abort', () => controller.abort(other.reason), { once: true, signal });
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return signal;
}
