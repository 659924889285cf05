/** A trunk's answer. */
export interface SipAnswer {
  status: number;
  /** Method and number of the answered request. */
  method: string;
  seq: number;
  callId: string;
  /** All values of each header, by its name in lower case. */
  headers: ReadonlyMap<string, string[]>;
}

/** A request. Header values contain no line break: they are ours or were validated as input. */
export interface SipRequest {
  method: 'OPTIONS' | 'INVITE' | 'CANCEL' | 'ACK' | 'BYE';
  uri: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
}

/** Short forms of header names. */
const compact = new Map(Object.entries({ v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', l: 'content-length' }));

const HEAD_MAX = 16 * 1024;

export function composeMessage({ method, uri, headers, body = '' }: SipRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}`);
  return [`${method} ${uri} SIP/2.0`, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** Parses an answer. Returns undefined for a request of the trunk, or noise. */
export function parseAnswer(text: string): SipAnswer | undefined {
  const [first = '', ...lines] = text.slice(0, HEAD_MAX).split('\r\n\r\n', 1)[0]?.split('\r\n') ?? [];
  const status = /^SIP\/2\.0 (\d{3})(?: |$)/.exec(first)?.[1];
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const short = line.slice(0, colon).trim().toLowerCase();
    const name = compact.get(short) ?? short;
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  const [, seq, method] = /^(\d{1,10})\s+([A-Z]+)$/.exec(headers.get('cseq')?.[0] ?? '') ?? [];
  const callId = headers.get('call-id')?.[0];
  if (status === undefined || seq === undefined || method === undefined || callId === undefined) return undefined;
  return { status: Number(status), method, seq: Number(seq), callId, headers };
}

/**
 * Takes complete messages off a byte stream.
 * @returns the rest, or undefined if it is not SIP
 */
export function takeMessages(bytes: Buffer, each: (text: string) => void): Buffer | undefined {
  let rest = bytes;
  for (;;) {
    // Between messages a trunk may send empty lines to keep the connection open.
    while (rest[0] === 13 || rest[0] === 10) rest = rest.subarray(1);
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return rest.length > HEAD_MAX ? undefined : rest;
    const head = rest.subarray(0, headEnd).toString('latin1');
    const length = Number(/^(?:content-length|l)\s*:\s*(\d{1,7})\s*$/im.exec(head)?.[1] ?? 0);
    if (length > HEAD_MAX) return undefined;
    if (rest.length < headEnd + 4 + length) return rest;
    each(head);
    rest = rest.subarray(headEnd + 4 + length);
  }
}
