import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createTrunks } from '../../../api/providers/sip/sip.ts';
import { moments, momentsOfPackets, openHostile, openHostileUdp, resultOf, sip } from '../../support/hostile.ts';
import { until } from '../../support/until.ts';

const TEST_MS = 1_000;
const tcp = await openHostile(sip);
const udp = await openHostileUdp(sip);
const huge = await openHostile({ ...sip, head: () => 'SIP/2.0 200 OK\r\nContent-Length: 9999999\r\n\r\n' });
const at = (name: string, port: number): [string, string] => [name, `127.0.0.1:${port}`];
const trunks = createTrunks({
  sandboxHosts: new Map([at('tcp.test', tcp.port), at('tls.test', tcp.port), at('udp.test', udp.port), at('huge.test', huge.port)]),
  testMs: TEST_MS,
});

for (const [transport, server, all] of [
  ['udp', udp, momentsOfPackets],
  ['tcp', tcp, moments],
  ['tls', tcp, moments],
] as const) {
  for (const moment of all) {
    test(`numbers.testTrunk SX1: by ${transport}, a trunk that fails gives an answer and no harm: ${moment}`, async () => {
      await server.fail(moment);
      const startedAt = performance.now();
      const { result, status } = await trunks.test({ host: `${transport}.test`, transport }, '+4930123456');
      assert.deepEqual({ result, status }, { result: resultOf(moment, { isHandshake: transport === 'tls' }), status: null });
      assert.ok(performance.now() - startedAt < 2 * TEST_MS);
    });
  }
}

test('numbers.testTrunk SX1: a trunk that announces too much is left at once', async () => {
  for (const moment of ['silent after the head', 'endless'] as const) {
    await huge.fail(moment);
    const startedAt = performance.now();
    assert.deepEqual(await trunks.test({ host: 'huge.test', transport: 'tcp' }, '+4930123456'), { result: 'unreachable', status: null });
    assert.ok(performance.now() - startedAt < TEST_MS, moment);
  }
});

test('numbers.testTrunk SX8: a test ends when its caller leaves', async () => {
  await tcp.fail('silent');
  const gone = new AbortController();
  const startedAt = performance.now();
  const test = trunks.test({ host: 'tcp.test', transport: 'tcp' }, '+4930123456', gone.signal);
  setTimeout(() => gone.abort(), 100);
  assert.equal((await test).status, null);
  assert.ok(performance.now() - startedAt < TEST_MS);
});

test('numbers.testTrunk SX8: a call that a trunk only tries is canceled, so that no phone rings later', async (t) => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = String(bytes);
      const [method = ''] = text.split(' ', 1);
      asked.push(method);
      const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      const status = method === 'INVITE' ? '100 Trying' : '200 OK';
      if (method !== 'CANCEL') socket.write([`SIP/2.0 ${status}`, ...kept, 'Content-Length: 0', '', ''].join('\r\n'));
      else socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const trying = createTrunks({ sandboxHosts: new Map([at('trying.test', address.port)]) });
  assert.deepEqual(await trying.test({ host: 'trying.test', transport: 'tcp' }, '+4930123456'), { result: 'timeout', status: null });
  await until(async () => asked.includes('CANCEL'), 'the end of the call');
  assert.deepEqual(asked, ['OPTIONS', 'INVITE', 'CANCEL']);
});
