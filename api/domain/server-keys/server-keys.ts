import { isAnyAgency } from '../../models/agency.ts';
import { readKeyRecord, recordKeys, recordSealingKeys, replaceKeyRecord } from '../../models/server-keys.ts';
import { type Keys, KeysError, makeKeyFile, printsOf } from '../../security/keys.ts';

const wayOn =
  'Put them back from your backup. If they are lost for good, "npm run keys -- --replace" goes on with others: agencies then enter the keys of their providers anew.';

/**
 * The keys that this database was begun with; at the first start, new ones. Others could not open what is sealed, and whoever had free credits
 * would get them again. Throws KeysError.
 * @param stored what there is; undefined where there are none
 */
export async function settleKeys(stored: Keys | undefined, dataDir: string): Promise<Keys> {
  if (!stored && ((await readKeyRecord()) || (await isAnyAgency())))
    throw new KeysError(`There is no keys.json in ${dataDir}, but the database was begun with the keys in it. ${wayOn}`);
  const keys = stored ? await compareKeys(stored) : await makeKeyFile(dataDir);
  const { digest, sealing } = printsOf(keys);
  const known = await recordKeys({ digest, sealing });
  if (sealing.length > known.sealing.length) await recordSealingKeys(sealing);
  return keys;
}

/** The same keys, where they are those that the database was begun with, as far as it knows. Throws KeysError. */
export async function compareKeys(keys: Keys): Promise<Keys> {
  const { digest, sealing } = printsOf(keys);
  const known = await readKeyRecord();
  const missing = known?.sealing.find(({ kid, print }) => !sealing.some((one) => one.kid === kid && one.print === print));
  if (!known || (!missing && known.digest === digest)) return keys;
  const what = missing ? `the sealing key ${missing.kid} is not among them` : 'their digest key is another';
  throw new KeysError(`These are not the keys that the database was begun with: ${what}. ${wayOn}`);
}

/** Goes on with these keys, whatever the database was begun with. */
export const replaceServerKeys = (keys: Keys): Promise<void> => replaceKeyRecord(printsOf(keys));
