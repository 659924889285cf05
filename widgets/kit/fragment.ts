import { page } from './page-address.ts';

/** The part of the address after the `#`, in which a mailed link or the payment page speaks to the page. */
export interface Fragment {
  verify?: string;
  reset?: string;
  purchase?: string;
  canceled?: string;
  order?: string | undefined;
}

/**
 * Reads it once and takes it out of the address, so that a token is neither bookmarked nor sent anywhere.
 * @param key whose widgets ask: on a page with several agencies the address says whose answer it is
 */
export function readFragment(key: string): Fragment {
  const fragment: Record<string, string> = {};
  const { location, history } = page;
  const { search } = location;
  const whose = /[?&]wl-key=([^&]+)/.exec(search)?.[1];
  if (whose && whose !== key) return fragment;
  const rest = location.hash
    .slice(1)
    .split('&')
    .filter((part) => {
      const found = /^wl-(verify|reset|purchase|canceled|order|order-canceled)=(.+)$/.exec(part);
      if (found?.[1] && found[2]) fragment[found[1]] = found[2];
      return !found;
    })
    .join('&');
  const query = search.replace(/([?&])wl-key=[^&]+&?/, '$1').replace(/[?&]$/, '');
  if (Object.keys(fragment).length) history.replaceState(history.state, '', location.pathname + query + (rest && `#${rest}`));
  return fragment;
}
