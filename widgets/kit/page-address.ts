/** The window with the address that people see: a frame that its page wrote itself (`srcdoc`) has none of its own. */
export const page: Window = location.protocol === 'about:' && origin !== 'null' ? parent : window;

/** The page as mails and the payment page lead back to it. */
export function pageAddress({ key, root }: { key: string; root: HTMLElement }): string {
  const { origin, pathname, search } = page.location;
  // Beside widgets of another agency, the answer must find the right ones.
  const whose = root === document.documentElement ? '' : `${search ? '&' : '?'}wl-key=${key}`;
  return origin + pathname + search + whose;
}
