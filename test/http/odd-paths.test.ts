import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';
import type { ErrorBody } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';

const api = await startApi();

/** Asks for a path as it is written: `fetch` would tidy it up. */
function ask(path: string, method: string): Promise<{ status: number | undefined; text: string }> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method }, (reply) => {
      let text = '';
      reply.on('data', (part: Buffer) => (text += part.toString()));
      reply.on('end', () => resolve({ status: reply.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('system.live: odd paths get the usual 404, and a folder of the widgets is no page', async () => {
  for (const path of ['//', '/..//', '/v1//', '/p//', '//evil.test', '/%2e%2e//', '/embed', '/embed/..//', '/embed//evil.test/%2e%2e'])
    for (const method of ['GET', 'POST']) {
      const { status, text } = await ask(path, method);
      assert.equal(status, 404, `${method} ${path}`);
      assert.equal((JSON.parse(text) as ErrorBody).error.code, 'operation.not_found', `${method} ${path}`);
    }
});
