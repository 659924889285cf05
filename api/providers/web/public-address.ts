import ipaddr from 'ipaddr.js';

/** The public range of IPv6; all else is private or unassigned. */
const publicIPv6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Tells whether a resolved address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  const isGlobal = parsed instanceof ipaddr.IPv6 ? parsed.match(publicIPv6) : true;
  return isGlobal && parsed.range() === 'unicast';
}

/** Returns the IP address in a parsed URL's host; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** Names that stay inside a network, whatever a resolver says. */
const inner = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|test|example|invalid|onion|home\.arpa)$/;

/** Tells whether a host is a public name: with a dot, in its canonical spelling. */
export function isPublicName(hostname: string): boolean {
  return /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(hostname) && !inner.test(hostname);
}
