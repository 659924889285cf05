import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import { comesTo } from '../support/until.ts';

const { createAgency, url } = await startApi();
const agency = await createAgency();
const page = await agency.openPage();
await page.signUp();

/**
 * Opens connections that announce a mebibyte and then send nothing.
 * @returns a function that waits until `cutOff` of them were cut off
 */
async function stall(count: number, path: string, { cutOff, headers }: { cutOff: number; headers: string[] }): Promise<() => void> {
  let closed = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').resume();
    socket.on('error', () => {}); // the test expects this error
    socket.on('close', () => {
      closed += 1;
    });
    socket.write([`POST ${path} HTTP/1.1`, 'Host: x', ...headers, `Content-Length: ${1024 * 1024}`, '', '{'].join('\r\n'));
    return socket;
  });
  await comesTo(async () => closed, cutOff, `of ${count}`);
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

test('webhooks.stripe A06: bodies without an end take 64 MiB and no more, and a whole event still gets through', async () => {
  const path = `/api/webhooks/stripe/${agency.slug}`;
  const leave = await stall(70, path, { cutOff: 6, headers: [] });
  const event = await call(`${url}${path}`, { body: {} });
  assert.deepEqual({ status: event.status, code: codeOf(event) }, { status: 400, code: 'webhook.signature_refused' });
  const packed = await call(`${url}${path}`, { body: {}, headers: { 'content-encoding': 'gzip' } });
  assert.deepEqual(
    { status: packed.status, code: codeOf(packed) },
    { status: 415, code: 'body.unsupported' },
    'nothing is unpacked for strangers',
  );
  leave();
});

test('knowledge.upload A06: parts without an end take 16 MiB of one member and no more, and nothing of another', async () => {
  const other = await agency.openPage();
  await other.signUp();
  const path = `/v1/knowledge.upload?sourceId=src_none&offset=0`;
  const headers = [`Authorization: Bearer ${other.token}`, 'Content-Type: application/octet-stream'];
  const leave = await stall(20, path, { cutOff: 4, headers });
  for (const sender of [page, other]) assert.equal((await sender.try('knowledge.upload', { sourceId: 'src_none', offset: 0 })).status, 404);
  leave();
});
