type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when a source of this process has something to do; what other processes leave is found in rounds. @returns a function that ends it */
export function onSourceDue(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function sourceIsDue(): void {
  for (const listener of listeners) listener();
}
