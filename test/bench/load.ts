import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { percentile } from './numbers.ts';
import type { Measured } from './process.ts';
import type { Sample } from './rounds.ts';

export interface Ask {
  path: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Load {
  url: string;
  count: number;
  atOnce: number;
  /** Returns the request with this index, from 0. */
  ask(index: number): Ask;
}

/**
 * Sends exactly `count` requests, `atOnce` of them concurrently.
 * @throws unless every answer is a 200
 */
export async function send({ url, count, atOnce, ask }: Load): Promise<{ perSecond: number; millis: number[]; lastBody: string }> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const { hostname, port } = new URL(url);
  const millis: number[] = [];
  let [next, lastBody] = [0, ''];
  const one = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const { path, method = 'GET', headers = {}, body } = ask(index);
      const startedAt = performance.now();
      const sent = request({ hostname, port, path, method, headers, agent }, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (part) => (text += part));
        reply.on('end', () => {
          millis.push(performance.now() - startedAt);
          lastBody = text;
          if (reply.statusCode === 200) resolve();
          else reject(new Error(`${method} ${path} was answered ${reply.statusCode}: ${text.slice(0, 300)}`));
        });
      });
      sent.on('error', reject).end(body);
    });
  const worker = async () => {
    while (next < count) await one(next++);
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  } finally {
    agent.destroy();
  }
  assert.equal(millis.length, count, 'a request was dropped');
  return { perSecond: (count / (performance.now() - startedAt)) * 1000, millis, lastBody };
}

/** Sends requests to a process, and measures their cost there. */
export async function measure(server: Measured, load: Omit<Load, 'url'>): Promise<Sample> {
  const before = await server.cpuMicros();
  const { perSecond, millis } = await send({ ...load, url: server.url });
  const cpuMicros = ((await server.cpuMicros()) - before) / load.count;
  return { cpuMicros, perSecond, p99Millis: percentile(millis, 99) };
}
