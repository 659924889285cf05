/** A SIP message (RFC 3261): first line, headers in order, body. */
export interface SipMessage {
  /** `OPTIONS sip:trunk.test SIP/2.0` */
  start: string;
  /** Names in lower case and long form, values unchanged. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

/** Short forms of header names (RFC 3261, 7.3.3). */
const longNames: Record<string, string> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  s: 'subject',
  k: 'supported',
  e: 'content-encoding',
};

const bytesMost = 65_535;

/** @returns undefined if it is not SIP */
export function parseMessage(text: string): SipMessage | undefined {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text
    .slice(0, end < 0 ? undefined : end)
    .replace(/\r\n[ \t]+/g, ' ') // a header may continue on the next line
    .split('\r\n');
  if (!/^([A-Z]+ \S+ SIP\/2\.0|SIP\/2\.0 \d{3} .*)$/.test(start)) return undefined;
  const headers = lines.filter(Boolean).map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    return [longNames[name] ?? name, line.slice(colon + 1).trim()] as const;
  });
  return { start, headers, body: end < 0 ? '' : text.slice(end + 4) };
}

export const headerOf = ({ headers }: SipMessage, name: string): string | undefined => headers.find(([one]) => one === name)?.[1];

/** Splits a stream into complete messages and the rest (RFC 3261, 18.3). */
export function split(received: string): { messages: string[]; rest: string } {
  const messages: string[] = [];
  let rest = received.replace(/^(\r\n)+/, ''); // empty lines keep a connection open
  for (;;) {
    const head = rest.indexOf('\r\n\r\n');
    if (head < 0) return { messages, rest: rest.slice(0, bytesMost) };
    const length = /\r\n(?:content-length|l)\s*:\s*(\d{1,5})/i.exec(rest.slice(0, head))?.[1] ?? '0';
    const end = head + 4 + Number(length);
    if (rest.length < end) return { messages, rest };
    messages.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^(\r\n)+/, '');
  }
}

/** Writes a message with the length of its body. */
export function format(start: string, headers: readonly (readonly [string, string])[], body = ''): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** Headers that an answer repeats from its request (RFC 3261, 8.2.6). */
const repeated = ['via', 'from', 'to', 'call-id', 'cseq'];

/** @param tag the answerer's end of the dialog */
export function answerTo(
  request: SipMessage,
  status: number,
  reason: string,
  { tag, more = [], body }: { tag: string; more?: readonly (readonly [string, string])[]; body?: string },
): string {
  const kept = request.headers.filter(([name]) => repeated.includes(name));
  const headers = kept.map(([name, value]) => [name, name === 'to' && !/;tag=/.test(value) ? `${value};tag=${tag}` : value] as const);
  return format(`SIP/2.0 ${status} ${reason}`, [...headers, ...more], body);
}
