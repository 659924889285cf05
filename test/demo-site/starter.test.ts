import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimPorts } from '../../demo-site/ports.ts';
import { until } from '../support/until.ts';

const { isInstalled } = await import(new URL('../../demo-site/prepare/install.mjs', import.meta.url).href);
const { showMoving } = await import(new URL('../../demo-site/prepare/moving.mjs', import.meta.url).href);
const { nodeTooOld } = await import(new URL('../../demo-site/prepare/node-version.mjs', import.meta.url).href);

async function listenAnywhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const anyFree = { PORT: '0', DEMO_PORT: '0', SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', SANDBOX_SIP_PORT: '0' };

test('npm start: taken ports get one sentence that names each, who may hold it, and how to take others', async () => {
  const holders = await Promise.all([listenAnywhere(), listenAnywhere()]);
  const [demo, sandbox] = holders.map((server) => (server.address() as AddressInfo).port);
  await assert.rejects(claimPorts({ ...anyFree, DEMO_PORT: String(demo), SANDBOX_PORT: String(sandbox) }), ({ message }: Error) => {
    assert.ok(message.includes(`port ${demo} (the demo agency's site), ${sandbox} (the sandbox), perhaps by another "npm start"`), message);
    assert.match(message, process.platform === 'win32' ? /netstat/ : new RegExp(`lsof -i :${demo}`));
    assert.match(message, /DEMO_PORT=0.* SANDBOX_PORT=0.*npm start"/);
    return !message.includes('\n');
  });
  for (const server of holders) server.close();
});

test('npm start: what is no port is refused by name', async () => {
  for (const asked of ['x', '-1', '65536', '1.5', '4000 '])
    await assert.rejects(claimPorts({ ...anyFree, PORT: asked }), /^Error: PORT is a port/);
});

test('npm start: 0 takes any free port', async () => {
  const ports = Object.values(await claimPorts(anyFree));
  assert.ok(ports.every((port) => port > 0));
});

test('npm start: an old Node is told which one is needed, in one sentence', () => {
  assert.match(nodeTooOld('20.18.9'), /^Node 20\.19 or newer is needed; this is Node 20\.18\.9\./);
  assert.match(nodeTooOld('18.20.0'), /20\.19/);
  for (const version of ['20.19.0', '20.20.2', '22.0.0', '26.1.0']) assert.equal(nodeTooOld(version), undefined);
});

test('npm start: while it installs, a sign moves on a terminal and leaves its line empty; a log has none', async () => {
  const drawnOn = async (isTTY: boolean, draws: number) => {
    const drawn: string[] = [];
    const stop = showMoving({ isTTY, write: (text: string) => drawn.push(text) });
    if (draws > 0) await until(async () => drawn.length >= draws, 'the sign');
    stop();
    return drawn;
  };
  const drawn = await drawnOn(true, 3);
  assert.notEqual(drawn[0], drawn[1]);
  assert.match(drawn[0] ?? '', /0 s$/);
  assert.equal(drawn.at(-1), '\r\x1b[K');
  assert.deepEqual(await drawnOn(false, 0), []);
});

test('npm start: installs again exactly when the lock names something that is not there', () => {
  const root = mkdtempSync(join(tmpdir(), 'install-test-'));
  mkdirSync(join(root, 'node_modules'));
  const lock = (file: string, packages: object) => writeFileSync(join(root, file), JSON.stringify({ packages }));
  const lit = { version: '3.3.3', integrity: 'sha512-a' };
  const elsewhere = { version: '1.0.0', integrity: 'sha512-b', optional: true };
  lock('package-lock.json', { '': { name: 'root' }, 'node_modules/lit': lit, 'node_modules/for-another-platform': elsewhere });
  assert.equal(isInstalled(root), false, 'nothing is installed');
  lock('node_modules/.package-lock.json', { 'node_modules/lit': lit });
  assert.equal(isInstalled(root), true);
  lock('node_modules/.package-lock.json', { 'node_modules/lit': { ...lit, version: '3.3.2' } });
  assert.equal(isInstalled(root), false, 'another version');
  lock('node_modules/.package-lock.json', {});
  assert.equal(isInstalled(root), false, 'one is missing');
  rmSync(root, { recursive: true });
});
