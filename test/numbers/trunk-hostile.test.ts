import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrunks } from '../../api/providers/sip.ts';
import { type Moment, moments, openHostile, openHostileUdp, sip } from '../support/hostile.ts';

const TEST_MS = 1_000;
const tcp = await openHostile(sip);
const udp = await openHostileUdp(sip);
const huge = await openHostile({ ...sip, head: () => 'SIP/2.0 200 OK\r\nContent-Length: 9999999\r\n\r\n' });
const at = (name: string, port: number): [string, string] => [name, `127.0.0.1:${port}`];
const trunks = createTrunks({
  sandboxHosts: new Map([at('tcp.test', tcp.port), at('tls.test', tcp.port), at('udp.test', udp.port), at('huge.test', huge.port)]),
  testMs: TEST_MS,
});
const packets: readonly Moment[] = ['refused', 'silent', 'garbage', 'endless garbage', 'endless'];

for (const [transport, server, all] of [
  ['udp', udp, packets],
  ['tcp', tcp, moments],
  ['tls', tcp, moments],
] as const) {
  for (const moment of all) {
    test(`numbers.testTrunk SX1: by ${transport}, a trunk that fails so is an answer and nothing more: ${moment}`, async () => {
      await server.fail(moment);
      const startedAt = performance.now();
      const { result, status } = await trunks.test({ host: `${transport}.test`, transport }, '+4930123456');
      assert.deepEqual({ result, status }, { result: expected(transport, moment), status: null });
      assert.ok(performance.now() - startedAt < 2 * TEST_MS);
    });
  }
}

/** What is not SIP yet may become it, so it is waited for; a handshake knows at once. */
function expected(transport: 'udp' | 'tcp' | 'tls', moment: Moment): string {
  const isWaitedFor = moment === 'silent' || (transport !== 'tls' && (moment === 'silent after the head' || moment === 'garbage'));
  return isWaitedFor ? 'timeout' : 'unreachable';
}

test('numbers.testTrunk SX1: a trunk that says how much will come, and it is too much, is left at once', async () => {
  for (const moment of ['silent after the head', 'endless'] as const) {
    await huge.fail(moment);
    const startedAt = performance.now();
    assert.deepEqual(await trunks.test({ host: 'huge.test', transport: 'tcp' }, '+4930123456'), { result: 'unreachable', status: null });
    assert.ok(performance.now() - startedAt < TEST_MS, moment);
  }
});
