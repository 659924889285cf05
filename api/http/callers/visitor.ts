import { refuse } from '../../contract/refusal.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { isAllowedPage } from '../origins.ts';
import { refuseSecretInBrowser } from './alerts.ts';
import { type CallerKind, MEBIBYTE } from './kind.ts';

/** A visitor of an agency's page who is not signed in. */
export interface VisitorCaller {
  kind: 'visitor';
  access: AgencyAccess;
}

/** Visitors send the agency's publishable key in the address. */
export const visitorKind: CallerKind<VisitorCaller> = {
  // Operations for visitors only use the key in the address, even on a signed-in page.
  isPresented: ({ bearer, operation: { callers } }) => bearer === undefined || (callers.visitor === true && callers.client === undefined),
  async authenticate({ req, operation: { callers } }, deps) {
    const { key } = req.query;
    if (key === undefined) refuse(callers.client || callers.visitor ? 'session.missing' : 'key.refused');
    if (typeof key === 'string' && key.startsWith('wls_')) return refuseSecretInBrowser(key, req, deps);
    const access = typeof key === 'string' ? await deps.directory.byPublishableKey(key) : undefined;
    // A wrong key and a wrong page get the same answer, so that strangers learn nothing.
    if (!access || !isAllowedPage(req, access, deps)) refuse('origin.refused');
    return { kind: 'visitor', access };
  },
  admit(_visitor, { visitor }) {
    if (!visitor) refuse('session.missing');
  },
  nameOf: ({ access: { scope } }) => `visitor/${scope.agencyId}/${scope.world}`,
  usualLimits: [
    { per: ['address', 'agency'], count: 100, seconds: 60 },
    { per: ['known'], count: 100, seconds: 60 },
  ],
  arrivingBytesMax: 64 * MEBIBYTE,
  inWords: "a page with the agency's publishable key",
  scheme: { name: 'publishableKey', definition: { type: 'apiKey', in: 'query', name: 'key' } },
};
