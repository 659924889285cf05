const name = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;
const address = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * Parses the host and port of a trunk: `sip.example.com`, `sip:sip.example.com:5061` or an IPv4 address. Returns undefined for anything
 * else.
 */
export function parseTrunkHost(text: string): { host: string; port?: number } | undefined {
  const [, host = '', port] = /^(?:sips?:)?([^:@/?#;\s]+)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  const isAddress = address.test(host) && host.split('.').every((part) => Number(part) <= 255);
  if (!isAddress && !name.test(host)) return undefined;
  if (port === undefined) return { host: host.toLowerCase() };
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host: host.toLowerCase(), port: Number(port) } : undefined;
}
