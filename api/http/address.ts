import { isIP, isIPv4 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Groups of an IPv6 address that stand for one subscriber: a /56, cut to whole bytes below. */
const GROUPS = 3.5;

/** Cuts off the port, and the brackets that go with it, which some proxies add: `203.0.113.5:41234`, `[2001:db8::1]:443`. */
const withoutPort = (text: string): string =>
  /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? text.replace(/^([\d.]{7,15}):\d{1,5}$/, '$1');

/** Returns the unit that counts as one address: an IPv4 address, or the /56 of one IPv6 subscriber. */
export function networkOf(written: string): string {
  const address = withoutPort(written.trim());
  if (isIP(address) === 0) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return mapped;
  return groupsOf(mapped)
    .map((group) => group.toString(16).padStart(4, '0'))
    .join('')
    .slice(0, GROUPS * 4);
}

/** Returns the caller's address. Express has already removed the trusted proxies. */
export const addressOfCaller = (req: Request): string => networkOf(req.ip ?? req.socket.remoteAddress ?? '');

/** Says once in the log that a proxy stands in front whose word about addresses is not taken. */
export function noticeProxy(log: Pick<Logger, 'warn'>): RequestHandler {
  let isSaid = false;
  return (req, _res, next) => {
    if (!isSaid && req.headers['x-forwarded-for'] !== undefined) {
      isSaid = true;
      log.warn(
        'proxy.not_trusted: requests come through a proxy, but TRUST_PROXY is 0. If the proxy is yours, set it, or all callers behind it count as one address.',
      );
    }
    next();
  };
}

/** Returns the eight groups of an IPv6 address, with `::` expanded and without a zone. */
function groupsOf(address: string): number[] {
  const [plain = ''] = address.split('%');
  // The URL parser normalizes every form of an address to hexadecimal groups.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const read = (part: string | undefined) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [first, last] = [read(head), read(tail)];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
