import { replaceServerKeys } from '../domain/server-keys/server-keys.ts';
import { readEnv } from '../env.ts';
import { KeysError, makeKeyFile, readKeys } from '../security/keys.ts';
import { readArguments } from './arguments.ts';
import { connectBeside, exitWithError, requireKeys } from './connect.ts';

const usage = `npm run keys                 says whether the keys are those that the database was begun with
npm run keys -- --replace    goes on with the keys that are there, or with new ones, because the others are lost for good:
                             agencies enter the keys of their providers anew, everybody signs in again, free credits
                             may be had once more by those who had them, and the audit no longer knows the seals of
                             what is stored
`;

/** Compares the server's keys with the database, or replaces them. Replaces them only while no API runs on the folder. */
async function run(): Promise<void> {
  const { replace } = readArguments({ replace: { type: 'boolean' } }, { usage }).given;
  const env = readEnv();
  const { running, close } = await connectBeside(env);
  try {
    if (!replace) await requireKeys(env);
    else if (running) throw new KeysError(`The API runs on ${env.DATA_DIR} with the keys that it has. Stop it first.`);
    else
      await replaceServerKeys(
        (await readKeys({ dataDir: env.DATA_DIR, fromEnvironment: env.LIVERY_KEYS })) ?? (await makeKeyFile(env.DATA_DIR)),
      );
  } finally {
    await close();
  }
  process.stdout.write(replace ? 'The next start goes on with these keys.\n' : 'These are the keys that the database was begun with.\n');
}

run().catch(exitWithError);
