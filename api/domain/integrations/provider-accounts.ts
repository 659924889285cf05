import type { Output, Parsed } from '../../contract/index.ts';
import { refuse, tell } from '../../contract/refusal.ts';
import {
  deleteProviderAccount,
  type Provider,
  type ProviderAccount,
  readProviderAccount,
  saveProviderAccount,
} from '../../models/provider-account.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps, TelephonyAccess, VoiceAccess } from '../../ports/index.ts';
import { type SealedFor, seal, unseal } from '../../security/seal.ts';

type Described = Output<'integrations.read'>;

/** Describes the providers that an agency has connected in the mode of its key. */
export async function describeIntegrations({ scope }: AgencyAccess): Promise<Described> {
  const [telephony, voice] = await Promise.all([readProviderAccount(scope, 'telephony'), readProviderAccount(scope, 'voice')]);
  return { telephony: described(telephony), voice: described(voice) };
}

const described = (account: ProviderAccount | null): Described['voice'] => ({
  connected: account !== null,
  name: account?.name ?? null,
  last4: account?.secret.last4 || null,
  warning: account?.isTrial ? tell('account.trial') : null,
});

/** Connects a telephony account. Refuses with `account.invalid_credentials` if the provider does; the previous account then stays. */
export async function connectTelephony(
  access: AgencyAccess,
  { accountSid, authToken }: Parsed<'integrations.connectTelephony'>,
  deps: Deps,
): Promise<Described> {
  await saveTelephony(access.scope, { accountSid, authToken }, deps);
  return describeIntegrations(access);
}

export async function connectVoice(access: AgencyAccess, { apiKey }: Parsed<'integrations.connectVoice'>, deps: Deps): Promise<Described> {
  if (!(await deps.voice.isKeyGood({ apiKey }))) refuse('account.invalid_credentials', { param: 'apiKey' });
  const end = apiKey.slice(-4);
  await save(access.scope, { provider: 'voice', accountId: end, name: `Key …${end}` }, apiKey, deps);
  return describeIntegrations(access);
}

export async function disconnectProvider(access: AgencyAccess, { provider }: Parsed<'integrations.disconnect'>): Promise<Described> {
  await deleteProviderAccount(access.scope, provider);
  return describeIntegrations(access);
}

/**
 * Checks the credentials of a telephony account and stores them.
 * @param scope the agency's, or a client's for its own account
 */
export async function saveTelephony(scope: AgencyScope | ClientScope, account: TelephonyAccess, deps: Deps): Promise<{ isTrial: boolean }> {
  const known = await deps.telephony.readAccount(account);
  if (!known) refuse('account.invalid_credentials', { param: 'authToken' });
  await save(
    scope,
    { provider: 'telephony', accountId: account.accountSid, name: known.name, isTrial: known.isTrial },
    account.authToken,
    deps,
  );
  return known;
}

async function save(
  scope: AgencyScope | ClientScope,
  account: Pick<ProviderAccount, 'provider' | 'accountId' | 'name' | 'isTrial'>,
  secret: string,
  { keys, now }: Deps,
): Promise<void> {
  const sealed = seal(keys, ownerOf(scope, account.provider), secret);
  await saveProviderAccount(scope, { ...account, secret: sealed, connectedAt: now() });
}

const ownerOf = (scope: AgencyScope | ClientScope, provider: Provider): SealedFor => ({
  agencyId: scope.agencyId,
  field: 'clientId' in scope ? `${provider}.${scope.clientId}` : `${provider}.${scope.world === 'live' ? 'live' : 'test'}`,
});

/**
 * Opens a stored telephony account; undefined if none is connected.
 * @param scope the agency's, or a client's for its own account
 */
export async function telephonyOf(scope: AgencyScope | ClientScope, { keys }: Pick<Deps, 'keys'>): Promise<TelephonyAccess | undefined> {
  const account = await readProviderAccount(scope, 'telephony');
  return account ? { accountSid: account.accountId, authToken: unseal(keys, ownerOf(scope, 'telephony'), account.secret) } : undefined;
}

/** Opens the agency's telephony account, even for a client's scope; undefined if it has none. */
export const agencyTelephonyOf = ({ agencyId, world }: AgencyScope, deps: Pick<Deps, 'keys'>): Promise<TelephonyAccess | undefined> =>
  telephonyOf({ agencyId, world }, deps);

/** Opens the agency's telephony account. Refuses with `telephony.not_configured` if it has none. */
export const requireTelephony = async (scope: AgencyScope, deps: Pick<Deps, 'keys'>): Promise<TelephonyAccess> =>
  (await agencyTelephonyOf(scope, deps)) ?? refuse('telephony.not_configured');

/** Opens the agency's key at the voice provider; undefined if none is connected. */
export async function voiceOf({ agencyId, world }: AgencyScope, { keys }: Pick<Deps, 'keys'>): Promise<VoiceAccess | undefined> {
  const scope = { agencyId, world };
  const account = await readProviderAccount(scope, 'voice');
  return account ? { apiKey: unseal(keys, ownerOf(scope, 'voice'), account.secret) } : undefined;
}

/** Opens the agency's key at the voice provider. Refuses with `voice.not_configured` if none is connected. */
export const requireVoice = async (scope: AgencyScope, deps: Pick<Deps, 'keys'>): Promise<VoiceAccess> =>
  (await voiceOf(scope, deps)) ?? refuse('voice.not_configured');
