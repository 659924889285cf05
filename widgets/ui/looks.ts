/**
 * Calls back whenever the page may look or speak differently: the system's colors changed, the page marks itself as dark or light, its
 * background has arrived where it was going, or a language was declared. The body may come later than this, and be replaced.
 */
export function watchLooks(root: HTMLElement, changed: () => void, signal: AbortSignal): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed, { signal });
  document.addEventListener('transitionend', ({ propertyName }) => propertyName === 'background-color' && changed(), { signal });
  const observer = new MutationObserver(() => {
    watch();
    changed();
  });
  const watch = () => {
    observer.observe(document, { attributeFilter: ['lang'], subtree: true });
    observer.observe(root, { attributes: true });
    observer.observe(document.documentElement, { attributes: true, childList: true });
    if (document.body) observer.observe(document.body, { attributes: true });
  };
  watch();
  signal.addEventListener('abort', () => observer.disconnect());
}
