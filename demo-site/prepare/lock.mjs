import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Takes a data folder for this process before anything in it changes. The lock is a socket: only a living owner answers, and process ids
 * cannot be confused.
 * @param folder absolute path
 * @returns a function that releases it
 * @throws Error one sentence, if another start has the folder
 */
export async function lock(folder) {
  const socket = socketOf(folder);
  const server = createServer((caller) => caller.end(String(process.pid)));
  server.unref();
  for (;;) {
    if (await listens(server, socket)) return () => new Promise((resolve) => server.close(resolve));
    const owner = await ownerOf(socket);
    if (owner !== undefined) throw new Error(sentence(folder, owner));
    await clear(socket, folder);
  }
}

function socketOf(folder) {
  const name = `start-${userInfo().uid}-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listens(server, socket) {
  return new Promise((resolve, reject) => {
    const failed = (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen({ path: socket }, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

/** Returns the process id of the owner; undefined if there is none. */
function ownerOf(socket) {
  return new Promise((resolve) => {
    let said = '';
    const caller = connect({ path: socket });
    caller.on('data', (chunk) => {
      said += chunk;
    });
    caller.on('error', () => resolve(undefined));
    caller.on('close', () => resolve(said === '' ? undefined : Number(said)));
  });
}

/** Removes the socket of a killed process. If another start has just taken it and is the owner, it gets the socket back. */
async function clear(socket, folder) {
  const aside = `${socket}.${process.pid}`;
  if (!existsSync(socket)) return;
  renameSync(socket, aside);
  const owner = await ownerOf(aside);
  if (owner === undefined) return rmSync(aside, { force: true });
  renameSync(aside, socket);
  throw new Error(sentence(folder, owner));
}

function sentence(folder, owner) {
  const file = join(folder, 'running.json');
  const running = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  return running?.pid === owner
    ? `This is already running (process ${owner}): ${running.demo}`
    : `This is already being started (process ${owner}). Wait for it, or set DATA_DIR to another folder.`;
}
