import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';

/** A simple SIP phone for one call: sends requests and reads answers. */
export interface Phone {
  transport: 'UDP' | 'TCP';
  send(text: string): void;
  /** Waits for the next complete answer. */
  next(): Promise<string>;
}

interface At {
  host: string;
  port: number;
}

export async function openPhone(t: Pick<TestContext, 'after'>, transport: 'UDP' | 'TCP', { host, port }: At): Promise<Phone> {
  const arrived: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  const take = (bytes: Buffer) => {
    // A stream may join several answers.
    for (const text of bytes.toString().split(/(?=SIP\/2\.0 \d{3} |BYE sip)/)) {
      const wants = waiting.shift();
      if (wants) wants(text);
      else arrived.push(text);
    }
  };
  const next = () =>
    new Promise<string>((resolve) => {
      const there = arrived.shift();
      if (there) resolve(there);
      else waiting.push(resolve);
    });
  if (transport === 'UDP') {
    const socket = createSocket('udp4').on('message', take);
    t.after(() => socket.close());
    return { transport, next, send: (text) => socket.send(text, port, host) };
  }
  const socket = connect(port, host).on('data', take);
  t.after(() => socket.destroy());
  return { transport, next, send: (text) => void socket.write(text) };
}

interface Asked {
  callId: string;
  more?: string[];
  number?: string;
}

/** Returns a request as sent. */
export const request = (method: string, { transport }: Phone, { callId, more = [], number = '+14155550123' }: Asked): string =>
  [
    `${method} sip:${number}@trunk.test SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1:9;rport;branch=z9hG4bK${callId}`,
    'Max-Forwards: 70',
    'From: <sip:us@trunk.test>;tag=abc',
    `To: <sip:${number}@trunk.test>`,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:us@127.0.0.1:9>',
    ...more,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Returns the answer to a challenge by RFC 7616. */
export function authorization(
  challenge: string,
  { method, username, password }: { method: string; username: string; password: string },
): string {
  const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, uri, nc, cnonce] = [value('realm'), value('nonce'), 'sip:trunk.test', '00000001', 'feed'];
  const response = md5([md5(`${username}:${realm}:${password}`), nonce, nc, cnonce, 'auth', md5(`${method}:${uri}`)].join(':'));
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="${cnonce}"`
  );
}
