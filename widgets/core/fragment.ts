/** What a mailed link or the payment page tells the page in its address, after the `#`. */
export interface Told {
  verify?: string;
  reset?: string;
  purchase?: string;
  canceled?: string;
}

/** Reads it once and takes it out of the address, so that a token is neither bookmarked nor sent anywhere. */
export function readFragment(): Told {
  const told: Record<string, string> = {};
  const rest = location.hash
    .slice(1)
    .split('&')
    .filter((part) => {
      const found = /^wl-(verify|reset|purchase|canceled)=(.+)$/.exec(part);
      if (found?.[1] && found[2]) told[found[1]] = decodeURIComponent(found[2]);
      return !found;
    })
    .join('&');
  if (Object.keys(told).length) history.replaceState(history.state, '', location.pathname + location.search + (rest && `#${rest}`));
  return told;
}

/** The page as mails and the payment page lead back to it. */
export const pageAddress = (): string => location.origin + location.pathname + location.search;
