/** A page's origin as an agency lists it, parsed: never compared as text, by suffix or by a regular expression. */
export interface ListedOrigin {
  scheme: 'http:' | 'https:';
  /** Host name in lower case, without the `*.` of a wildcard. */
  host: string;
  /** '' for the scheme's own port. */
  port: string;
  /** Stands for every subdomain, at any depth, and not for the domain itself. */
  subdomains: boolean;
}

const MARK = 'any-subdomain-';

/** @returns undefined where the text is not one origin: scheme, host and port, and nothing else. */
export function parseListedOrigin(text: string): ListedOrigin | undefined {
  const wildcard = /^(https?:\/\/)\*\.(.+)$/i.exec(text);
  const parsed = parseOrigin(wildcard ? `${wildcard[1]}${MARK}.${wildcard[2]}` : text);
  if (!parsed || parsed.host.includes('*')) return undefined;
  const host = wildcard ? parsed.host.slice(MARK.length + 1) : parsed.host;
  if (host.split('.').includes('')) return undefined;
  if (!wildcard) return { ...parsed, subdomains: false };
  // A wildcard over a whole top-level domain lists the world. Names on this machine have one label less.
  return host.includes('.') || host === 'localhost' ? { ...parsed, host, subdomains: true } : undefined;
}

/** The labels under which most countries give names to everybody, such as co.uk. */
const ofCountry = /^(ac|co|com|edu|go|gob|gouv|gov|mil|ne|net|nom|or|org)\.[a-z]{2}$/;

/** Where strangers have their pages, each at a name of its own: the hosts that many sites are built on, and no more than those. */
const ofHosts = new Set(
  [
    'amazonaws.com s3.amazonaws.com appspot.com azurestaticapps.net azurewebsites.net blogspot.com carrd.co cloudfront.net firebaseapp.com',
    'fly.dev framer.app framer.website github.io gitlab.io glitch.me herokuapp.com lovable.app myshopify.com netlify.app ngrok.app',
    'ngrok-free.app ngrok.io onrender.com pages.dev repl.co replit.app run.app squarespace.com surge.sh trycloudflare.com up.railway.app',
    'vercel.app web.app webflow.io weebly.com wixsite.com wordpress.com workers.dev',
  ].flatMap((line) => line.split(' ')),
);

/** Whether an origin stands for all names below one where anybody can have a name. */
export const listsStrangers = ({ host, subdomains }: ListedOrigin): boolean => subdomains && (ofCountry.test(host) || ofHosts.has(host));

/** Whether a page with this `Origin` header may use the agency's publishable key. An empty list admits nobody; `null` is nobody. */
export function isListedOrigin(header: string, listed: readonly string[]): boolean {
  return subdomainOf(header, listed) !== undefined;
}

/** @returns what stands in an origin where the list has a `*`: '' for one that is listed as it is, undefined for one that is not listed */
export function subdomainOf(header: string, listed: readonly string[]): string | undefined {
  const origin = parseOrigin(header);
  if (!origin) return undefined;
  const found = listed.flatMap((text) => {
    const entry = parseListedOrigin(text);
    if (!entry || entry.scheme !== origin.scheme || entry.port !== origin.port) return [];
    if (!entry.subdomains) return origin.host === entry.host ? [''] : [];
    const isBelow = origin.host.endsWith(`.${entry.host}`) && origin.host.length > entry.host.length + 1;
    return isBelow ? [origin.host.slice(0, -entry.host.length - 1)] : [];
  });
  return found.sort((one, other) => one.length - other.length)[0];
}

/** Pages on the developer's own machine, which test keys admit unlisted. */
export function isLocalOrigin(header: string): boolean {
  const host = parseOrigin(header)?.host;
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

/** The same of the address of a page, which no browser has spelled: other ways to write a number of this machine are not taken. */
export const isLocalPage = (url: string): boolean => /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?#]|$)/i.test(url);

/** @returns the origin of an address of a page, or undefined where it is not http(s) or carries a user name. */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, origin } = new URL(url);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' ? origin : undefined;
}

function parseOrigin(text: string): Omit<ListedOrigin, 'subdomains'> | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isBare = url.pathname === '/' && !/[?#@]/.test(text) && !/^https?:\/\/[^/]*\/./i.test(text);
  if (!isBare || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  return { scheme: url.protocol, host: url.hostname, port: url.port };
}
