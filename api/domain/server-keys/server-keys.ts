import { isAnyAgency } from '../../models/agency.ts';
import { readKeyRecord, recordKeys, recordSealingKeys, replaceKeyRecord } from '../../models/server-keys.ts';
import { type Keys, KeysError, makeKeyFile, printsOf } from '../../security/keys.ts';

const wayOn =
  'Put them back from your backup. If they are lost for good, "npm run keys -- --replace" goes on with others: agencies then enter the keys of their providers anew.';

/**
 * Returns the keys that this database was created with; creates them at the first start. Other keys could not open the sealed secrets, and
 * mailboxes would get their free credits again. Throws KeysError.
 * @param stored the present keys; undefined if there are none
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

/** Returns the keys if they match those that the database was created with, as far as it knows. Throws KeysError. */
export async function compareKeys(keys: Keys): Promise<Keys> {
  const { digest, sealing } = printsOf(keys);
  const known = await readKeyRecord();
  const missing = known?.sealing.find(({ kid, print }) => !sealing.some((one) => one.kid === kid && one.print === print));
  if (!known || (!missing && known.digest === digest)) return keys;
  const what = missing ? `the sealing key ${missing.kid} is not among them` : 'their digest key is another';
  throw new KeysError(`These are not the keys that the database was begun with: ${what}. ${wayOn}`);
}

/** Makes these the database's keys, whatever it was created with. */
export const replaceServerKeys = (keys: Keys): Promise<void> => replaceKeyRecord(printsOf(keys));
