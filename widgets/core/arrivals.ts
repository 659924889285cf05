import { lazyElements } from '../lazy.ts';

const asked = new Set<string>();

/** Loads the elements that the page uses, now and whenever it adds one. One that cannot be loaded is no trouble for the others. */
function look(): void {
  for (const [tag, load] of Object.entries(lazyElements)) {
    if (asked.has(tag) || !document.querySelector(tag)) continue;
    asked.add(tag);
    load().catch(() => asked.delete(tag));
  }
}

let observer: MutationObserver | undefined;

/** Once per page, whoever asks. */
export function awaitElements(): void {
  if (observer) return;
  observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  look();
}
