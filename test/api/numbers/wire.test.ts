import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test, { after } from 'node:test';
import { type Heard, openWire } from '../../../api/providers/sip/wire.ts';

const tcp = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
const udp = createSocket('udp4').bind(0, '127.0.0.1');
await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
after(() => {
  tcp.close();
  udp.close();
});
const ports = { tcp: (tcp.address() as AddressInfo).port, udp: udp.address().port };

for (const transport of ['tcp', 'udp'] as const) {
  test(`numbers.testTrunk A08: over ${transport} the call ends in time, and later bytes do no harm`, async () => {
    const time = new AbortController();
    const errors: Error[] = [];
    const heard: Heard = { answer: () => assert.fail('nobody said anything'), broken: (error) => void errors.push(error) };
    const wire = await openWire(transport, { address: '127.0.0.1', port: ports[transport], host: 'trunk.test' }, heard, time.signal);
    time.abort();
    await new Promise(setImmediate);
    assert.equal(errors[0]?.name, 'AbortError');
    wire.send('OPTIONS');
    wire.close();
  });
}
