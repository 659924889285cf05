import { Resolver } from 'node:dns/promises';
import type { TrunkAccess, TrunkResult, Trunks } from '../../ports/index.ts';
import { runInTime } from '../../rules/patience.ts';
import { isPublicAddress, literalAddress } from '../web/public-address.ts';
import { SilentError, SipCall } from './call.ts';
import type { SipAnswer } from './message.ts';
import { openWire } from './wire.ts';

const TEST_MS = 15_000;
const LOOKUP_MS = 3_000;
const ports = { udp: 5060, tcp: 5060, tls: 5061 };

/**
 * Tests trunks over the network. Connects to the address that was checked, and never inside our own network.
 * @param sandboxHosts names of a sandbox with their addresses; empty outside of one
 * @param testMs limit for one test, in milliseconds
 */
export function createTrunks({
  sandboxHosts = new Map(),
  testMs = TEST_MS,
}: {
  sandboxHosts?: ReadonlyMap<string, string>;
  testMs?: number;
} = {}): Trunks {
  return {
    async test(access, number, asker) {
      const call = new SipCall(access, number);
      try {
        return await runInTime<TrunkResult>(testMs, asker ? [asker] : [], async (signal) => {
          const to = await aim(access, sandboxHosts);
          if (!to) return { result: 'unreachable', status: null };
          call.wire = await openWire(access.transport, { ...to, host: access.host }, call, signal);
          return converse(call);
        });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return { result: failureOf(error), status: null };
      } finally {
        call.wire?.close();
      }
    },
  };
}

/** Asks whether the trunk admits us, then rings, and hangs up as soon as it does. */
async function converse(call: SipCall): Promise<TrunkResult> {
  const { status } = await call.ask('OPTIONS', isFinal);
  if (status === 401 || status === 407 || status === 403) return { result: 'unauthorized', status };
  // A trunk need not support OPTIONS; any answer suffices.
  if (status >= 500 && status !== 501) return { result: 'refused', status };
  const rung = await call.ask('INVITE', (answer) => answer.status >= 180);
  if (rung.status === 401 || rung.status === 407) return { result: 'unauthorized', status: rung.status };
  if (rung.status >= 300) return { result: 'refused', status: rung.status };
  await call.hangUp(rung);
  return { result: 'ok', status: rung.status };
}

const isFinal = ({ status }: SipAnswer) => status >= 200;

/** Resolves the address to connect to; undefined if the name leads nowhere, or not to the public internet. */
async function aim(
  { host, port, transport }: TrunkAccess,
  sandboxHosts: ReadonlyMap<string, string>,
): Promise<{ address: string; port: number } | undefined> {
  const sandbox = sandboxHosts.get(port === undefined ? host : `${host}:${port}`) ?? sandboxHosts.get(host);
  if (sandbox !== undefined) {
    const { hostname, port: there } = new URL(`http://${sandbox}`);
    return { address: hostname, port: Number(there) };
  }
  const literal = literalAddress(host);
  const addresses = literal === undefined ? await lookUp(host) : [literal];
  const [address] = addresses;
  // Refuses the whole name if one of its addresses is private.
  return address !== undefined && addresses.every(isPublicAddress) ? { address, port: port ?? ports[transport] } : undefined;
}

/** Asks only the resolver, because names in the machine's own files are private. */
async function lookUp(host: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: LOOKUP_MS, tries: 1 });
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function failureOf(error: Error): TrunkResult['result'] {
  const code = 'code' in error ? error.code : undefined;
  const isSilence = error instanceof SilentError || error.name === 'TimeoutError' || error.name === 'AbortError' || code === 'ETIMEDOUT';
  return isSilence ? 'timeout' : 'unreachable';
}
