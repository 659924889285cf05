import { lazyElements } from '../elements.ts';
import { fragmentOfOurs } from './kit.ts';

const asked = new Set<string>();

/** Loads the elements that the page uses, now and whenever it adds one. One that cannot be loaded is no trouble for the others. */
function look(): void {
  for (const tag of Object.keys(lazyElements)) {
    if (asked.has(tag) || !document.querySelector(tag)) continue;
    asked.add(tag);
    loadElement(tag).catch(() => asked.delete(tag));
  }
}

/** Loads an element that another one shows in a tree of its own, where nobody looks for it. */
export const loadElement = async (tag: string): Promise<unknown> => lazyElements[tag as keyof typeof lazyElements]?.();

let observer: MutationObserver | undefined;

/** Looks out for elements that come later, and for links that lead here again. Once per page, whoever asks. */
export function awaitElements(): void {
  if (observer) return;
  observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  look();
  // A mailed link that is opened where its page is open already changes no more than what is behind the `#`: nothing would read it.
  addEventListener('hashchange', () => fragmentOfOurs.test(location.hash) && location.reload());
}
