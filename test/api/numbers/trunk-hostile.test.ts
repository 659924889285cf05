import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrunks } from '../../../api/providers/sip/sip.ts';
import { moments, momentsOfPackets, openHostile, openHostileUdp, resultOf, sip } from '../../support/hostile.ts';

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
