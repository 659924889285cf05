import './first-view.ts';
import { allTags, lazyElements } from './elements.ts';
import type { Kit, KitOptions } from './kit/kit.ts';
import { startKit } from './kit/start.ts';

export type { Tag } from './elements.ts';
export type { WlEvents } from './kit/events.ts';
export type { Kit, KitOptions } from './kit/kit.ts';
export type { Wl } from './kit/start.ts';

/** For pages that bundle the widgets instead of using the script tag: starts a kit, then defines the elements. */
export async function start(options: KitOptions): Promise<Kit> {
  const kit = startKit(options, () => import('./deferred.ts'));
  await Promise.all(Object.values(lazyElements).map((load) => load()));
  await Promise.all(allTags().map((tag) => customElements.whenDefined(tag)));
  return kit;
}
