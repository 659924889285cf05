import type { Transfer } from '../../models/transfer.ts';

type Listener = (transfers: readonly Transfer[]) => void;

const listeners = new Set<Listener>();

/**
 * Calls back with every durable transfer of this process.
 * @returns a function that stops it
 */
export function onWritten(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announceWritten(transfers: readonly Transfer[]): void {
  for (const listener of listeners) listener(transfers);
}
