import ipaddr from 'ipaddr.js';

/** Everything that was given to the public of IPv6 so far; what lies outside of it leads to ourselves or is nobody's. */
const publicIPv6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Whether an address, as a resolver answers it, belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  const isGlobal = parsed instanceof ipaddr.IPv6 ? parsed.match(publicIPv6) : true;
  return isGlobal && parsed.range() === 'unicast';
}

/** The address that a host of a parsed URL is by itself; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** Names that never leave a network, whatever a resolver says of them. */
const inner = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|test|example|invalid|onion|home\.arpa)$/;

/** Whether a host of a parsed URL is written as the public internet writes it: a name with a dot, in its one spelling. */
export function isPublicName(hostname: string): boolean {
  return /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(hostname) && !inner.test(hostname);
}
