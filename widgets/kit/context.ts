import { type ContextCallback, ContextEvent, createContext } from '@lit/context';
import type { Kit } from './kit.ts';

/** How an element finds the kit of the nearest root that has one: the context protocol of web components. */
export const kitContext = createContext<Kit>('wl-kit');

/** Asks for the kit. The answer may come later, or again where a nearer root appears. */
export const requestKit = (element: HTMLElement, found: ContextCallback<Kit>): boolean =>
  element.dispatchEvent(new ContextEvent(kitContext, element, found, true));

/** How each element on the page asks: all do again where a root gets its kit, which may come after them and stand nearer. */
export const asking = new Set<() => void>();

/** Answers everybody inside `root`, also those who are there already. The kit of a root never changes. */
export function provideKit(root: HTMLElement, kit: Kit): void {
  root.addEventListener('context-request', (event) => {
    if (event.context !== kitContext) return;
    event.stopPropagation();
    (event.callback as ContextCallback<Kit>)(kit);
  });
  for (const ask of asking) ask();
}
