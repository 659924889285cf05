import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test, { after } from 'node:test';
import { createTrunks } from '../../api/providers/sip.ts';
import { type Heard, openWire } from '../../api/providers/sip-wire.ts';

const tcp = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
const udp = createSocket('udp4').bind(0, '127.0.0.1');
await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
after(() => void tcp.close() && udp.close());
const ports = { tcp: (tcp.address() as AddressInfo).port, udp: udp.address().port };

for (const transport of ['tcp', 'udp'] as const) {
  test(`numbers.testTrunk A08: over ${transport} the way ends when the time is over, and what is said after that harms nobody`, async () => {
    const time = new AbortController();
    const ended = Promise.withResolvers<Error>();
    const heard: Heard = { answer: () => assert.fail('nobody said anything'), broken: ended.resolve };
    const wire = await openWire(transport, { address: '127.0.0.1', port: ports[transport], host: 'trunk.test' }, heard, time.signal);
    time.abort();
    assert.match((await ended.promise).name, /^(AbortError|TimeoutError)$/);
    wire.send('OPTIONS');
    wire.close();
  });
}

test('numbers.testTrunk A08: a trunk that takes its time with each word is not waited for longer than 15 seconds', async (t) => {
  // Each 401 comes just before the silence would be too long, so that the last word is said again after the end.
  const slow = createSocket('udp4').bind(0, '127.0.0.1');
  await once(slow, 'listening');
  t.after(() => slow.close());
  const answered = new Set<string>();
  slow.on('message', (packet, from) => {
    const head = packet.toString();
    const [, asked = ''] = /^CSeq: (.*)\r$/m.exec(head) ?? [];
    if (/ACK/.test(asked) || answered.has(asked)) return;
    answered.add(asked);
    if (answered.size > 3) return;
    const kept = head.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    const challenge = 'WWW-Authenticate: Digest realm="a", nonce="b"';
    // The second word lets us on to the call.
    const first = answered.size === 2 ? ['SIP/2.0 200 OK'] : ['SIP/2.0 401 No', challenge];
    setTimeout(() => slow.send([...first, ...kept, 'Content-Length: 0', '', ''].join('\r\n'), from.port, from.address), 3_850);
  });
  const trunks = createTrunks({ sandboxHosts: new Map([['trunk.test', `127.0.0.1:${slow.address().port}`]]) });
  const startedAt = performance.now();
  const found = await trunks.test({ host: 'trunk.test', transport: 'udp', username: 'a', password: 'b' }, '+4930123456');
  assert.deepEqual(found, { result: 'timeout', status: null });
  assert.ok(performance.now() - startedAt < 15_500);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // the last word would be said again
});
