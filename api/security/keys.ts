import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret, randomName } from './random.ts';

interface KeyFile {
  /** The key with which the platform's operator calls the API. */
  platformKey: string;
  /** Ed25519. The first key signs, all of them verify. */
  signing: { kid: string; jwk: JsonWebKey }[];
  /** AES-256 in base64. The first key seals, all of them open. */
  sealing: { kid: string; key: string }[];
  /** Keys the hashes of callers' input, which may contain a password. */
  digest: string;
}

/** Unusable keys. The message is one sentence for the operator. */
export class KeysError extends Error {}

export interface Keys {
  platformKey: string;
  signing: { kid: string; privateKey: KeyObject; publicKey: KeyObject }[];
  sealing: { kid: string; key: Buffer }[];
  digest: Buffer;
}

const fileIn = (dataDir: string) => join(dataDir, 'keys.json');

/**
 * Reads the server's own keys from the environment or from `keys.json`. Throws one sentence if they are unreadable, or if a key is missing,
 * short or a placeholder.
 * @returns undefined if there is no such file yet
 */
export async function readKeys({
  dataDir,
  fromEnvironment,
}: {
  dataDir: string;
  fromEnvironment: string | undefined;
}): Promise<Keys | undefined> {
  if (fromEnvironment !== undefined) return importKeys(fromEnvironment, 'LIVERY_KEYS');
  const file = fileIn(dataDir);
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    const isFolder = error.code === 'EISDIR';
    throw new KeysError(
      `${file} ${isFolder ? 'is a folder' : `cannot be read (${error.code})`}. It has to be the file that the first start wrote.`,
      {
        cause: error,
      },
    );
  });
  return stored === undefined ? undefined : importKeys(stored, file);
}

/** Creates new keys and writes them into `keys.json` (mode 0600), if there is none. Throws one sentence if it cannot. */
export async function makeKeyFile(dataDir: string): Promise<Keys> {
  const file = fileIn(dataDir);
  const made = `${JSON.stringify(makeKeys(), null, 2)}\n`;
  try {
    await writeFile(file, made, { mode: 0o600, flag: 'wx' });
    await chmod(file, 0o600);
  } catch (cause) {
    throw new KeysError(`${file} cannot be written (${(cause as NodeJS.ErrnoException).code}). Set DATA_DIR to a folder that can.`, {
      cause,
    });
  }
  return importKeys(made, file);
}

/** Identifies keys without revealing them: a hash of fixed words with each. */
export interface KeyPrints {
  digest: string;
  sealing: { kid: string; print: string }[];
}

export const printsOf = ({ digest, sealing }: Keys): KeyPrints => ({
  digest: printOf(digest),
  sealing: sealing.map(({ kid, key }) => ({ kid, print: printOf(key) })),
});

const printOf = (key: Buffer): string => createHmac('sha256', key).update('the keys that this database was begun with').digest('base64url');

/** Creates new keys, in the form of `keys.json`. */
export function makeKeys(): KeyFile {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    platformKey: newSecret('wlk_'),
    signing: [{ kid: randomName().slice(0, 8), jwk: privateKey.export({ format: 'jwk' }) }],
    sealing: [{ kid: randomName().slice(0, 8), key: randomBytes(32).toString('base64') }],
    digest: randomBytes(32).toString('base64'),
  };
}

function importKeys(text: string, where: string): Keys {
  const file = parse(text, where);
  const sealing = file.sealing.map(({ kid, key }) => ({ kid, key: strong(Buffer.from(key, 'base64'), `${where}: a sealing key`) }));
  const signing = file.signing.map(({ kid, jwk }) => ({ kid, ...ed25519(jwk, `${where}: a signing key`) }));
  if (sealing.length === 0 || signing.length === 0) throw new KeysError(`${where}: at least one signing and one sealing key are needed.`);
  if (!/^wlk_\w{32,}$/.test(file.platformKey)) throw new KeysError(`${where}: the platform key is too short.`);
  return {
    platformKey: file.platformKey,
    signing,
    sealing,
    digest: strong(Buffer.from(file.digest, 'base64'), `${where}: the digest key`),
  };
}

function parse(text: string, where: string): KeyFile {
  try {
    const { platformKey, signing, sealing, digest } = JSON.parse(text) as KeyFile;
    const texts = [platformKey, digest, ...signing.map(({ kid }) => kid), ...sealing.flatMap(({ kid, key }) => [kid, key])];
    if (texts.some((text) => typeof text !== 'string')) throw new TypeError('a part is missing');
    return { platformKey, signing, sealing, digest };
  } catch (cause) {
    throw new KeysError(`${where}: not a set of keys as the first start writes it to keys.json.`, { cause });
  }
}

/** Refuses anything but a private Ed25519 key. */
function ed25519(jwk: JsonWebKey, what: string): { privateKey: KeyObject; publicKey: KeyObject } {
  if (jwk?.crv !== 'Ed25519') throw new KeysError(`${what} is not one of Ed25519.`);
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (cause) {
    throw new KeysError(`${what} cannot be read.`, { cause });
  }
}

/** Refuses keys that are short or typed by a person. 32 random bytes never have 12 or fewer distinct values. */
function strong(key: Buffer, what: string): Buffer {
  if (key.length !== 32) throw new KeysError(`${what} must have 32 bytes, it has ${key.length}.`);
  if (new Set(key).size <= 12) throw new KeysError(`${what} is not random.`);
  return key;
}
