import { refuse } from '../../contract/refusal.ts';
import type { KeyAccess } from '../../ports/index.ts';
import { refuseSecretInBrowser } from './alerts.ts';
import { type CallerKind, MEBIBYTE } from './kind.ts';

/** An agency's own server. */
export interface AgencyCaller {
  kind: 'agency';
  access: KeyAccess;
  /** The last characters of its key. */
  keyEnd: string;
}

/** Agencies send a secret key, and never from a page. */
export const agencyKind: CallerKind<AgencyCaller> = {
  isPresented: ({ bearer }) => bearer?.startsWith('wls_') === true,
  async authenticate({ req, bearer = '' }, deps) {
    if (req.headers.origin !== undefined) return refuseSecretInBrowser(bearer, req, deps);
    const access = await deps.directory.bySecretKey(bearer);
    return access ? { kind: 'agency', access, keyEnd: bearer.slice(-4) } : refuse('key.refused');
  },
  admit({ access: { permissions } }, { agency: permission }) {
    if (permission === undefined) refuse('scope.missing');
    if (permissions !== undefined && !permissions.includes(permission)) refuse('permission.missing', { values: { permission } });
  },
  nameOf: ({ access: { scope } }) => `agency/${scope.agencyId}/${scope.world}`,
  usualLimits: [{ per: ['caller'], count: 60_000, seconds: 60 }],
  arrivingBytesMax: 64 * MEBIBYTE,
  inWords: "a server with the agency's secret key",
  scheme: { name: 'secretKey', definition: { type: 'http', scheme: 'bearer' } },
  actorOf: ({ keyEnd }) => `key …${keyEnd}`,
};
