import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Agency, agencyById, type Mode, replaceAgencyKeys } from '../../models/agency.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { fingerprint, newSecret } from '../../security/random.ts';
import { access, isInUse } from '../directory/directory.ts';

/** Old keys that still work during their overlap. Further rotations end the oldest. */
const KEPT_MAX = 10;

/** Lists the agency's working keys of one mode, newest first. */
export function listKeys({ agency, mode }: Pick<AgencyAccess, 'agency' | 'mode'>): Output<'keys.list'> {
  const shown = (kind: 'publishable' | 'secret', hint: string, { createdAt, until }: { createdAt?: Date; until?: Date }) => ({
    kind,
    mode,
    hint,
    createdAt: createdAt?.toISOString() ?? null,
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

/** Creates a new key. Earlier keys work until the overlap ends. Refuses with `key.rotating` if another rotation was first. */
export async function rotateKey(
  opened: AgencyAccess,
  { kind, overlapSeconds }: Parsed<'keys.rotate'>,
  deps: Deps,
): Promise<Output<'keys.rotate'>> {
  const { mode } = opened;
  const createdAt = new Date();
  const until = new Date(createdAt.getTime() + overlapSeconds * 1000);
  const agency = (await agencyById(opened.agency._id)) ?? refuse('agency.not_found');
  const key = newSecret(`${kind === 'secret' ? 'wls' : 'wlp'}_${mode}_`);
  const made =
    kind === 'secret'
      ? {
          secretKeys: [
            ...outgoing(agency.secretKeys, mode, until),
            { mode, fingerprint: fingerprint(key), last4: key.slice(-4), createdAt },
          ],
        }
      : { publishableKeys: [...outgoing(agency.publishableKeys, mode, until), { mode, key, createdAt }] };
  if (!(await replaceAgencyKeys(agency, made))) refuse('key.rotating');
  deps.directory.forget();
  return { key, kind, mode, previousWorkUntil: until.toISOString() };
}

/** Lets the platform rotate a key for an agency that has lost its own. */
export async function rotateKeyOf(
  { agencyId, mode, ...rotation }: Parsed<'agencies.rotateKey'>,
  deps: Deps,
): Promise<Output<'agencies.rotateKey'>> {
  const agency = (await agencyById(agencyId)) ?? refuse('agency.not_found', { param: 'agencyId' });
  return rotateKey(access(agency, mode), rotation, deps);
}

/** Returns the keys after a rotation: those of the mode end with the overlap at the latest. */
function outgoing<Key extends Agency['secretKeys' | 'publishableKeys'][number]>(keys: readonly Key[], mode: Mode, until: Date): Key[] {
  const others = keys.filter((key) => key.mode !== mode);
  const ending = keys
    .filter((key) => key.mode === mode && isInUse(key))
    .map((key) => ({ ...key, until: key.until && key.until < until ? key.until : until }));
  return [...others, ...ending.slice(-KEPT_MAX)];
}
