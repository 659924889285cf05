/** A page's origin from an agency's list, parsed. Never compare origins as text, by suffix or by a regular expression. */
export interface ListedOrigin {
  scheme: 'http:' | 'https:';
  /** Host name in lower case, without the `*.` of a wildcard. */
  host: string;
  /** '' for the scheme's default port. */
  port: string;
  /** True if it matches every subdomain at any depth, but not the domain itself. */
  subdomains: boolean;
}

const MARK = 'any-subdomain-';

/** @returns undefined unless the text is exactly one origin: scheme, host and port */
export function parseListedOrigin(text: string): ListedOrigin | undefined {
  const wildcard = /^(https?:\/\/)\*\.(.+)$/i.exec(text);
  const parsed = parseOrigin(wildcard ? `${wildcard[1]}${MARK}.${wildcard[2]}` : text);
  if (!parsed || parsed.host.includes('*')) return undefined;
  const host = wildcard ? parsed.host.slice(MARK.length + 1) : parsed.host;
  if (host.split('.').includes('')) return undefined;
  if (!wildcard) return { ...parsed, subdomains: false };
  // A wildcard over a top-level domain would list the whole world. Names on this machine have one label less.
  return host.includes('.') || host === 'localhost' ? { ...parsed, host, subdomains: true } : undefined;
}

/** Labels under which most countries sell names to everybody, such as co.uk. */
const ofCountry = /^(ac|co|com|edu|go|gob|gouv|gov|mil|ne|net|nom|or|org)\.[a-z]{2}$/;

/** Hosts that many sites are built on and where strangers have pages, each at a name of its own. */
const ofHosts = new Set(
  [
    'amazonaws.com s3.amazonaws.com appspot.com azurestaticapps.net azurewebsites.net blogspot.com carrd.co cloudfront.net firebaseapp.com',
    'fly.dev framer.app framer.website github.io gitlab.io glitch.me herokuapp.com lovable.app myshopify.com netlify.app ngrok.app',
    'ngrok-free.app ngrok.io onrender.com pages.dev repl.co replit.app run.app squarespace.com surge.sh trycloudflare.com up.railway.app',
    'vercel.app web.app webflow.io weebly.com wixsite.com wordpress.com workers.dev',
  ].flatMap((line) => line.split(' ')),
);

/** Tells whether an origin covers all names of a domain where anybody can have one. */
export const listsStrangers = ({ host, subdomains }: ListedOrigin): boolean => subdomains && (ofCountry.test(host) || ofHosts.has(host));

/**
 * Tells whether a page with this `Origin` header may use the agency's publishable key. An empty list admits nobody, and `null` is never
 * admitted.
 */
export function isListedOrigin(header: string, listed: readonly string[]): boolean {
  return subdomainOf(header, listed) !== undefined;
}

/** @returns the part of an origin that matches the `*` of its entry: '' for an exact entry, undefined for an unlisted origin */
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

/** Tells whether a page lies on the developer's own machine; test keys admit those unlisted. */
export function isLocalOrigin(header: string): boolean {
  const host = parseOrigin(header)?.host;
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

/** Tells the same about the address of a page, which no browser has normalized: other notations of this machine's address do not match. */
export const isLocalPage = (url: string): boolean => /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?#]|$)/i.test(url);

/** @returns the origin of a page's address, or undefined if it is not http(s) or has a user name */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, origin } = new URL(url);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' ? origin : undefined;
}

function parseOrigin(text: string): Omit<ListedOrigin, 'subdomains'> | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isBare = url.pathname === '/' && !/[?#@]/.test(text) && !/^https?:\/\/[^/]*\/./i.test(text);
  if (!isBare) return undefined;
  const scheme = url.protocol as ListedOrigin['scheme']; // the text begins with one of them
  return { scheme, host: url.hostname, port: url.port };
}
