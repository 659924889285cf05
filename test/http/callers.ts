import type { AgencyPermission, Operation } from '../../api/contract/index.ts';
import { agencyPermissions } from '../../api/contract/operation.ts';
import type { Caller } from '../../api/http/callers/index.ts';
import type { Agency } from '../support/agency.ts';
import type { TestApi } from '../support/api.ts';
import { forgedTokens } from './forged-tokens.ts';
import type { World } from './world.ts';

/** Status and code of an answer; admitted: the caller was let in, whatever its input. */
export type Verdict = 'admitted' | `${401 | 403} ${string}`;

/** A caller with the expected verdict for each operation. The rules only read the contract's `callers`. */
export interface Principal {
  name: string;
  key?: string;
  /** The publishable key in the address. */
  page?: string;
  origin?: string;
  verdict(callers: Operation['callers']): Verdict;
  /** Set for a good credential: the kind of caller that the contract may admit. */
  kind?: KnownKind;
  /** The one permission that its secret key lacks. */
  lacking?: AgencyPermission;
}

/** Every kind of caller with a credential. */
export type KnownKind = Exclude<Caller['kind'], 'anyone'>;

type Callers = Operation['callers'];
const always =
  (verdict: Verdict) =>
  (_callers: Callers): Verdict =>
    verdict;

/** Tells whether the page's key admits the caller without a token: only for visitors' operations. */
const byKeyOnly = (callers: Callers): boolean => callers.visitor === true && callers.client === undefined;

/** Verdict for a good credential of each kind. */
const verdicts: { [Kind in KnownKind]: (callers: Callers) => Verdict } = {
  visitor: ({ visitor }) => (visitor ? 'admitted' : '401 session.missing'),
  client: ({ client, visitor }) => (client !== undefined || visitor ? 'admitted' : '403 agency.not_parent'),
  agency: ({ agency }) => (agency !== undefined ? 'admitted' : '403 scope.missing'),
  platform: ({ platform }) => (platform ? 'admitted' : '403 scope.missing'),
};
const known = (kind: KnownKind) => ({ kind, verdict: verdicts[kind] });

const badToken = (callers: Callers): Verdict => (byKeyOnly(callers) ? 'admitted' : '401 session.missing');

/** Secret keys that each lack one permission. */
async function restrictedKeys(agency: Agency, { platform }: TestApi): Promise<Principal[]> {
  const made: Principal[] = [];
  for (const lacking of agencyPermissions) {
    const permissions = agencyPermissions.filter((permission) => permission !== lacking);
    const wanted = { mode: 'test', kind: 'secret', permissions, overlapSeconds: 0 } as const;
    const { key } = await platform('agencies.rotateKey', { agencyId: agency.id, ...wanted });
    const verdict = (callers: Callers): Verdict => (callers.agency === lacking ? '403 permission.missing' : verdicts.agency(callers));
    made.push({ name: `secret key without ${lacking}`, key, lacking, verdict });
  }
  return made;
}

/** Lists every kind of caller. Those with a page call from it, as browsers do. */
export async function principals({ api, here, there }: World): Promise<Principal[]> {
  const page = here.agency.keys.test.publishable;
  const { origin } = here.agency;
  const foreignPage = there.agency.keys.test.publishable;
  const onPage = { page, origin };
  const evil = 'https://evil.test';

  const revoked = await here.agency.openPage();
  await revoked.signUp();
  await revoked.call('sessions.end', {});
  const disabled = await here.agency.openPage();
  await disabled.signUp();
  await here.agency.call('clients.disable', { clientId: disabled.clientId });
  const stopped = await api.createAgency();
  const stoppedPage = await stopped.openPage();
  await stoppedPage.signUp();
  await api.platform('agencies.suspend', { agencyId: stopped.id, reason: 'For a test' });
  const { agencyId, world, clientId, memberId } = await api.deps.tokens.readSession(here.page.token);
  const link = { agencyId, world, clientId, memberId, stamp: here.page.email };
  const forged = {
    ...(await forgedTokens(here.page.token, api.deps)),
    'link to confirm an address, as a token': await api.deps.tokens.signLink('verify', link),
    'link to choose a password, as a token': await api.deps.tokens.signLink('reset', link),
    'revoked token': revoked.token,
    'refresh token, as a token': here.page.refreshToken,
  };
  return [
    {
      name: 'nobody',
      verdict: ({ client, visitor }) => (client !== undefined || visitor ? '401 session.missing' : '401 key.refused'),
    },
    { name: 'publishable key from its page', ...known('visitor'), ...onPage },
    { name: 'publishable key from a foreign page', page, origin: evil, verdict: always('403 origin.refused') },
    { name: 'publishable key from no page', page, verdict: always('403 origin.refused') },
    { name: 'publishable key of another agency', page: foreignPage, origin, verdict: always('403 origin.refused') },
    {
      name: 'live publishable key from its page',
      ...known('visitor'),
      page: here.agency.keys.live.publishable,
      origin,
    },
    { name: 'secret key in the address', page: here.agency.keys.test.secret, origin, verdict: always('403 key.in_browser') },
    { name: 'own token', ...known('client'), key: here.page.token, ...onPage },
    {
      name: 'own token from a foreign page',
      key: here.page.token,
      page,
      origin: evil,
      verdict: always('403 origin.refused'),
    },
    {
      name: "own token with another agency's key",
      key: here.page.token,
      page: foreignPage,
      origin,
      verdict: (callers) => (byKeyOnly(callers) ? '403 origin.refused' : '401 session.missing'),
    },
    { name: 'secret key', ...known('agency'), key: here.agency.keys.test.secret },
    ...(await restrictedKeys(here.agency, api)),
    { name: 'secret key with an origin', key: here.agency.keys.test.secret, origin, verdict: always('403 key.in_browser') },
    { name: 'wrong secret key', key: 'wls_test_nobody', verdict: always('401 key.refused') },
    { name: 'publishable key as a secret one', key: page, verdict: badTokenWithoutPage },
    { name: 'platform key', ...known('platform'), key: api.platformKey },
    { name: 'platform key with an origin', key: api.platformKey, origin, verdict: always('403 key.in_browser') },
    { name: 'wrong platform key', key: 'wlk_nobody', verdict: always('401 key.refused') },
    {
      name: 'token of a disabled client',
      key: disabled.token,
      ...onPage,
      verdict: (callers) => (byKeyOnly(callers) ? 'admitted' : '403 client.disabled'),
    },
    ...Object.entries(forged).map(([name, key]): Principal => ({ name, key, ...onPage, verdict: badToken })),
    {
      name: "suspended agency's page",
      page: stopped.keys.test.publishable,
      origin: stopped.origin,
      verdict: always('403 agency.suspended'),
    },
    {
      name: "suspended agency's client",
      key: stoppedPage.token,
      page: stopped.keys.test.publishable,
      origin: stopped.origin,
      verdict: always('403 agency.suspended'),
    },
    { name: "suspended agency's server", key: stopped.keys.test.secret, verdict: always('403 agency.suspended') },
  ];
}

/** It is read as a token, and is none. If only the page's key counts, there is no page. */
const badTokenWithoutPage = (_callers: Callers): Verdict => '401 session.missing';
