/**
 * Returns a signal that aborts after `ms` milliseconds, or with one of the others. Use it instead of `AbortSignal.any` with an
 * `AbortSignal.timeout`: Node 20 forgets that timeout at the next garbage collection, and callers then wait forever.
 */
export function abortedAfter(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
  timer.unref();
  for (const other of others) {
    if (other.aborted) controller.abort(other.reason);
    other.addEventListener('abort', () => controller.abort(other.reason), { signal });
  }
  signal.addEventListener('abort', () => clearTimeout(timer));
  return signal;
}
