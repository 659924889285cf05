/** The page as mails and the payment page lead back to it. */
export function pageAddress({ key, root }: { key: string; root: HTMLElement }): string {
  const { origin, pathname, search } = location;
  // Beside widgets of another agency, the answer must find the right ones.
  const whose = root === document.documentElement ? '' : `${search ? '&' : '?'}wl-key=${key}`;
  return origin + pathname + search + whose;
}
