/**
 * Returns a signal that aborts after `ms` milliseconds, or with one of the others. Use it instead of `AbortSignal.any` with an
 * `AbortSignal.timeout`: Node 20 forgets that timeout at the next garbage collection, and callers then wait forever. Its timer and its
 * listeners on the others stay until it aborts; `runInTime` removes them with the end of the work.
 */
export const abortedAfter = (ms: number, ...others: readonly AbortSignal[]): AbortSignal => startTimeout(ms, others).signal;

/**
 * Runs work with a signal that aborts after `ms` milliseconds, or with one of the others. Afterwards neither the timer nor a listener on
 * the others is left, so that any number of works can share those.
 */
export async function runInTime<Result>(
  ms: number,
  others: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { signal, end } = startTimeout(ms, others);
  try {
    return await work(signal);
  } finally {
    end();
  }
}

function startTimeout(ms: number, others: readonly AbortSignal[]): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
  timer.unref();
  const end = () => {
    clearTimeout(timer);
    ended.abort();
  };
  signal.addEventListener('abort', end);
  for (const other of others) {
    if (other.aborted) controller.abort(other.reason);
    other.addEventListener('abort', () => controller.abort(other.reason), { signal: ended.signal });
  }
  return { signal, end };
}
