// `npm run smoke:node -- 24` tries the product on another Node. It fetches the npm package `node` of that version into a temporary folder,
// starts the API and the sandbox with it on free ports, signs a client up by HTTP, and stops them. It is no part of `npm test`, because it
// needs the registry.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from '../../demo-site/prepare/build.mjs';
import { npmCommand, run } from '../../demo-site/prepare/commands.mjs';
import { install } from '../../demo-site/prepare/install.mjs';

const FETCH_SECONDS = 300;
const START_SECONDS = 120;
const ANSWER_SECONDS = 20;
const STOP_SECONDS = 30;
const root = resolve(import.meta.dirname, '../..');
const freePorts = { PORT: '0', DEMO_PORT: '0', SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', SANDBOX_SIP_PORT: '0' };
const versions = process.argv.slice(2);

try {
  if (versions.length === 0 || !versions.every((version) => /^\d+(\.\d+){0,2}$/.test(version)))
    throw new Error('Say which Node: npm run smoke:node -- 24');
  await install(root);
  await build(root);
  for (const version of versions) await tryVersion(version);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function tryVersion(version) {
  const folder = mkdtempSync(join(tmpdir(), 'smoke-node-'));
  try {
    const node = await fetchNode(version, folder);
    const product = await start(node, join(folder, 'data'));
    try {
      await signUp(JSON.parse(readFileSync(join(folder, 'data/running.json'), 'utf8')));
    } finally {
      await product.stop();
    }
    const warnings = [product.output(), readFileSync(join(folder, 'data/api.log'), 'utf8')].flatMap(
      (text) => text.match(/^\(node:.*$/gm) ?? [],
    );
    for (const warning of warnings) process.stdout.write(`Node ${version} warns: ${warning}\n`);
    process.stdout.write(`Node ${version} (${product.version}): started, signed a client up and stopped.\n`);
  } catch (error) {
    throw new Error(`Node ${version}: ${error.message}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Fetches a version of Node.
 * @returns the path of its program
 */
async function fetchNode(version, folder) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const command = npmCommand('install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts=false', `node@${version}`);
  const node = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if ((await run(command, { cwd: folder, seconds: FETCH_SECONDS })) !== 0) throw new Error('npm could not fetch it and says why above.');
  if (!existsSync(node)) throw new Error('the npm package has no program for this system.');
  return node;
}

/** Runs `npm start` with the given Node, which also runs the processes that it starts. */
async function start(node, dataDir) {
  const child = spawn(node, ['demo-site/start.mjs'], {
    cwd: root,
    env: { ...process.env, ...freePorts, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const runs = new Promise((resolve) => {
    for (const pipe of [child.stdout, child.stderr])
      pipe.on('data', (chunk) => {
        output += String(chunk);
        if (output.includes('Everything runs.')) resolve('runs');
      });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const how = await waitFor(STOP_SECONDS, ended);
    if (how === undefined) child.kill('SIGKILL');
    if (how !== 0) throw new Error(`it did not stop as asked (${how ?? `not within ${STOP_SECONDS} seconds`}):\n${output}`);
  };
  if ((await waitFor(START_SECONDS, Promise.race([runs, ended]))) !== 'runs') {
    child.kill('SIGKILL');
    throw new Error(`it did not start within ${START_SECONDS} seconds:\n${output}`);
  }
  return { stop, output: () => output, version: execFileSync(node, ['--version']).toString().trim() };
}

/** Waits for a promise; undefined if time runs out. */
function waitFor(seconds, promise) {
  const clock = new AbortController();
  const late = wait(seconds * 1000, undefined, { signal: clock.signal }).catch(() => undefined);
  return Promise.race([promise, late]).finally(() => clock.abort());
}

/** Signs up as the demo agency's page does: makes a key, sends the form, and reads the balance with the returned token. */
async function signUp({ api, demo, agency }) {
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const key = agency.keys.test.publishable;
  const ask = async (name, init) => {
    const headers = { origin: demo, 'content-type': 'application/json', ...init.headers };
    const reply = await fetch(`${api}/v1/${name}?key=${key}`, { ...init, headers, signal: AbortSignal.timeout(ANSWER_SECONDS * 1000) });
    if (!reply.ok) throw new Error(`${name} answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  };
  const form = {
    firstName: 'Robin',
    lastName: 'Meyer',
    email: 'robin@example.test',
    password: 'Sunny-day-42',
    passwordConfirmation: 'Sunny-day-42',
    acceptedTerms: true,
    returnUrl: `${demo}/account`,
    publicKey: { kty, crv, x, y },
  };
  const { session } = await ask('accounts.signUp', { method: 'POST', body: JSON.stringify(form) });
  const balance = await ask('credits.balance', { headers: { authorization: `Bearer ${session.token}` } });
  if (balance.available !== 0) throw new Error(`a new client has ${balance.available} milli-credits before its e-mail is confirmed.`);
}
