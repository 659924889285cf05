import { applyBrand } from '../ui/brand.ts';
import { watchLooks } from '../ui/looks.ts';
import { heardFromTab } from './buying.ts';
import type { Kit } from './kit.ts';
import { Refused } from './refused.ts';

/** Follows what happens to a page: its looks, its connection, and its other tabs. */
export function attendPage(kit: Kit, signal: AbortSignal): void {
  const looked = () => {
    // Puts the colors back, which go with the attributes of the root where a page replaces them.
    if (kit.data) applyBrand(kit.root, kit.data.brand);
    kit.looks += 1;
    kit.changed();
  };
  looked();
  watchLooks(kit.root, looked, signal);
  addEventListener('offline', () => kit.refuse(new Refused('network')), { signal });
  signal.addEventListener('abort', () => {
    kit.tabs?.close();
    kit.checkout?.forget();
  });
  try {
    kit.tabs = new BroadcastChannel(`wl:${kit.key}`);
    kit.tabs.onmessage = ({ data }) => heardFromTab(kit, data);
  } catch {} // a browser that keeps nothing lets none talk
}
