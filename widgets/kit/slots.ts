/** A page may be forbidden to store anything; then keys last as long as the page. */
export const store: Storage | undefined = (() => {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
})();

/** Stores for after a reload, where the browser has room. */
export function keepInSlot(slot: string, value: string): void {
  try {
    store?.setItem(slot, value);
  } catch {} // it is full
}
