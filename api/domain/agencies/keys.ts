import type { AgencyPermission, Output, Parsed } from '../../contract/index.ts';
import { agencyPermissions } from '../../contract/operation.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Agency, agencyById, type Mode, replaceAgencyKeys, type SecretKey } from '../../models/agency.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { fingerprint } from '../../security/digest.ts';
import { newSecret } from '../../security/random.ts';
import { accessTo, isInUse } from '../directory/directory.ts';

/** Old keys that still work during their overlap. Further rotations end the oldest. */
const KEPT_MAX = 10;

/** Lists the agency's working keys of one mode, newest first. */
export function listKeys({ agency, mode }: Pick<AgencyAccess, 'agency' | 'mode'>): Output<'keys.list'> {
  const shown = (kind: 'publishable' | 'secret', hint: string, { createdAt, until, permissions }: Partial<SecretKey>) => ({
    kind,
    mode,
    hint,
    createdAt: createdAt?.toISOString() ?? null,
    permissions: permissions ?? null,
    worksUntil: until?.toISOString() ?? null,
  });
  const here = <Key extends { mode: Mode; until?: Date }>(keys: readonly Key[]) =>
    keys.filter((key) => key.mode === mode && isInUse(key)).reverse();
  return {
    keys: [
      ...here(agency.publishableKeys).map((key) => shown('publishable', key.key, key)),
      ...here(agency.secretKeys).map((key) => shown('secret', key.last4, key)),
    ],
  };
}

/**
 * Creates a new key. It replaces the keys of its mode that may do the same; they work until the overlap ends. Refuses with `key.rotating` if
 * another rotation was first.
 * @param wanted `permissions` lists all that a secret key may do; undefined allows everything
 */
export async function rotateKey(
  opened: AgencyAccess,
  { kind, overlapSeconds, permissions }: Parsed<'keys.rotate'> & { permissions: readonly AgencyPermission[] | undefined },
  deps: Deps,
): Promise<Output<'keys.rotate'>> {
  const { mode } = opened;
  const createdAt = new Date();
  const until = new Date(createdAt.getTime() + overlapSeconds * 1000);
  const agency = (await agencyById(opened.agency._id)) ?? refuse('agency.not_found');
  const may = permissions && { permissions: agencyPermissions.filter((one) => permissions.includes(one)) };
  const key = newSecret(`${kind === 'secret' ? 'wls' : 'wlp'}_${mode}_`);
  const made =
    kind === 'secret'
      ? {
          secretKeys: [
            ...outgoing(agency.secretKeys, { mode, ...may }, until),
            { mode, fingerprint: fingerprint(key), last4: key.slice(-4), ...may, createdAt },
          ],
        }
      : { publishableKeys: [...outgoing(agency.publishableKeys, { mode }, until), { mode, key, createdAt }] };
  if (!(await replaceAgencyKeys(agency, made))) refuse('key.rotating');
  deps.directory.forget();
  return { key, kind, mode, previousWorkUntil: until.toISOString() };
}

/** Lets the platform rotate a key for an agency that has lost its own. */
export async function rotateKeyOf(
  { agencyId, mode, permissions, ...rotation }: Parsed<'agencies.rotateKey'>,
  deps: Deps,
): Promise<Output<'agencies.rotateKey'>> {
  if (permissions && rotation.kind === 'publishable')
    refuse('input.invalid', { param: 'permissions', values: { reason: 'permissions_unneeded' } });
  const agency = (await agencyById(agencyId)) ?? refuse('agency.not_found', { param: 'agencyId' });
  return rotateKey(accessTo(agency, mode), { ...rotation, permissions }, deps);
}

/** Returns the keys after a rotation: those that the new key replaces end with the overlap at the latest. */
function outgoing<Key extends Agency['secretKeys' | 'publishableKeys'][number]>(
  keys: readonly Key[],
  made: Pick<SecretKey, 'mode' | 'permissions'>,
  until: Date,
): Key[] {
  const isReplaced = ({ mode, permissions }: Pick<SecretKey, 'mode' | 'permissions'>) =>
    mode === made.mode && String(permissions) === String(made.permissions);
  const others = keys.filter((key) => !isReplaced(key));
  const ending = keys
    .filter((key) => isReplaced(key) && isInUse(key))
    .map((key) => ({ ...key, until: key.until && key.until < until ? key.until : until }));
  return [...others, ...ending.slice(-KEPT_MAX)];
}
