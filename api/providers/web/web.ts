import { Resolver } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { refuse } from '../../contract/refusal.ts';
import type { Web, WebPage } from '../../ports/index.ts';
import { runInTime } from '../../rules/patience.ts';
import { isPublicAddress, isPublicName, literalAddress } from './public-address.ts';

const PORTS = ['', '443', '8443'];
const REDIRECTS_MAX = 3;
const BYTES_MAX = 5 * 1024 * 1024;
/** Limit for all received bytes, because headers and chunk sizes may be endless too. */
const RECEIVED_MAX = BYTES_MAX + 1024 * 1024;
const READ_MS = 10_000;
const LOOKUP_MS = 3_000;

const types: Record<string, WebPage['type']> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/plain': 'txt',
  'application/pdf': 'pdf',
};

/** Resolves all present addresses of a name. */
export type Lookup = (hostname: string, signal: AbortSignal) => Promise<string[]>;

interface WebOptions {
  /** Names of a sandbox with their addresses, such as `site.test` to `127.0.0.1:4200`. Empty outside of one. */
  sandboxHosts?: ReadonlyMap<string, string>;
  lookup?: Lookup;
}

interface Reading {
  signal: AbortSignal;
  counted(bytes: number): void;
}

interface Target {
  url: URL;
  /** The checked address, used whatever a resolver says later. */
  address: string;
  port: number;
}

/**
 * Reads addresses that strangers give. Connects to the address that was checked, so that a name cannot change in between, and checks each
 * redirect likewise. All refusals are the same, so that none reveals what an address has.
 */
export function createWeb({ sandboxHosts = new Map(), lookup = resolveAll }: WebOptions = {}): Web {
  function spell(text: string): URL {
    const url = parsed(text) ?? blocked('not an address');
    const isSandbox = sandboxHosts.has(url.host) || sandboxHosts.has(url.hostname);
    if (url.protocol !== 'https:' && !(isSandbox && url.protocol === 'http:')) blocked('another scheme');
    if (url.username !== '' || url.password !== '') blocked('credentials');
    url.hash = '';
    if (isSandbox) return url;
    if (!PORTS.includes(url.port)) blocked('another port');
    const literal = literalAddress(url.hostname);
    if (literal === undefined ? !isPublicName(url.hostname) : !isPublicAddress(literal)) blocked('a host that is not public');
    return url;
  }

  async function aim(text: string, signal: AbortSignal): Promise<Target> {
    const url = spell(text);
    const sandbox = sandboxHosts.get(url.host) ?? sandboxHosts.get(url.hostname);
    if (sandbox !== undefined) {
      const { hostname, port } = new URL(`http://${sandbox}`);
      return { url, address: hostname, port: Number(port) };
    }
    const literal = literalAddress(url.hostname);
    const addresses = literal === undefined ? await lookup(url.hostname, signal) : [literal];
    // Refuses the whole name if one of its addresses is private.
    if (!addresses.every(isPublicAddress)) blocked('a name that leads inside');
    return { url, address: addresses[0] ?? blocked('a name that leads nowhere'), port: Number(url.port || 443) };
  }

  async function follow(url: string, reading: Reading, redirects = 0): Promise<WebPage> {
    const target = await aim(url, reading.signal);
    const answer = await ask(target, reading);
    const { statusCode = 0, headers } = answer;
    if ([301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined) {
      answer.destroy();
      if (redirects === REDIRECTS_MAX) blocked('too many redirects');
      return follow(new URL(headers.location, target.url).href, reading, redirects + 1);
    }
    const type = types[(headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''];
    const isTooLarge = Number(headers['content-length'] ?? 0) > BYTES_MAX;
    if (statusCode !== 200 || type === undefined || isTooLarge) {
      answer.destroy();
      return blocked(`status ${statusCode}, ${headers['content-type']}, ${headers['content-length']} bytes`);
    }
    return { url: target.url.href, type, bytes: await measured(answer) };
  }

  return {
    spell: (text) => spell(text).href,
    async read(url, { signal, counted = () => {} } = {}) {
      try {
        return await runInTime(READ_MS, signal ? [signal] : [], (late) => follow(url, { signal: late, counted }));
      } catch (cause) {
        return blocked(cause);
      }
    },
  };
}

/** @param named the sandbox's hosts, as in the environment: `site.test=127.0.0.1:4200,...` */
export const hostsOf = (named = ''): ReadonlyMap<string, string> =>
  // a name and its address
  new Map(named.split(',').flatMap((pair) => (pair === '' ? [] : [pair.toLowerCase().split('=') as [string, string]])));

/** Parses an address. Programs disagree where a host ends in a text with backslashes or blanks, so such a text is none. */
function parsed(text: string): URL | undefined {
  if (/[\\\s\p{Cc}]/u.test(text)) return undefined;
  try {
    return new URL(text); // `URL.canParse` sometimes rejects a good address, seen on Node 20.20 once it is compiled
  } catch {
    return undefined;
  }
}

const blocked = (cause: unknown): never => refuse('knowledge.url_blocked', { cause });

/** Sends one request to the checked address. The name is used for the certificate and the virtual host. Counts every received byte. */
function ask({ url, address, port }: Target, { signal, counted }: Reading): Promise<IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.request({
      host: address,
      port,
      path: url.pathname + url.search,
      ...(url.protocol === 'https:' && literalAddress(url.hostname) === undefined && { servername: url.hostname }),
      headers: {
        host: url.host,
        accept: 'text/html, text/plain, application/pdf',
        'accept-encoding': 'identity',
        'user-agent': 'Mozilla/5.0 (compatible; knowledge reader)',
      },
      agent: false,
      maxHeaderSize: 16 * 1024,
      signal,
    });
    let left = RECEIVED_MAX;
    request.once('socket', (socket) => {
      socket.on('data', ({ length }: Buffer) => {
        counted(length);
        left -= length;
        if (left < 0) request.destroy(new Error('more bytes than a page has'));
      });
    });
    request.once('response', resolve);
    request.on('error', reject); // also errors after the answer began
    // After an unrequested protocol upgrade neither event comes.
    request.once('close', () => reject(new Error('no answer')));
    request.end();
  });
}

/** Counts the bytes of an answer without keeping them. */
async function measured(answer: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > BYTES_MAX) return blocked('more bytes than a page has'); // leaving the loop ends the connection
  }
  return bytes;
}

/** Resolves IPv4 and IPv6 by the resolver only, because names in the machine's own files are private. */
async function resolveAll(hostname: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: LOOKUP_MS, tries: 1 });
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}
