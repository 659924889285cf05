import type { Transfer } from '../../models/transfer.ts';

type Listener = (transfers: readonly Transfer[]) => void;

const listeners = new Set<Listener>();

/** Calls back with every transfer that this process has written, when it is durable. @returns how to stop it */
export function onWritten(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announce(transfers: readonly Transfer[]): void {
  for (const listener of listeners) listener(transfers);
}
