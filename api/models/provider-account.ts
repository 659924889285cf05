import { model, Schema } from 'mongoose';
import type { SealedSecret } from './agency.ts';
import { type AgencyScope, type ClientScope, within } from './scope.ts';

export type Provider = 'telephony' | 'voice';

/** An account at a provider: the agency's in one mode, or a client's own. Only the agency's outlives a test world. */
export interface ProviderAccount {
  _id: string;
  agencyId: string;
  provider: Provider;
  /** Absent for the agency's account. */
  clientId?: string;
  /** The account's id at the provider. */
  accountId: string;
  name: string;
  secret: SealedSecret;
  /** True if the account was a trial when it was connected. Absent: it was not, or was connected before that was asked. */
  isTrial?: boolean;
  connectedAt: Date;
}

const schema = new Schema<ProviderAccount>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    provider: { type: String, required: true },
    clientId: String,
    accountId: { type: String, required: true },
    name: { type: String, required: true },
    secret: { type: Schema.Types.Mixed, required: true },
    isTrial: Boolean,
    connectedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
const AccountModel = model('ProviderAccount', schema);

const keyOf = (scope: AgencyScope | ClientScope, provider: Provider): string => {
  const { agencyId, world } = within(scope);
  const owner = 'clientId' in scope ? `${world}/${scope.clientId}` : world === 'live' ? 'live' : 'test';
  return `${agencyId}/${owner}/${provider}`;
};

/** @param scope the agency's, or a client's for the client's own account */
export const readProviderAccount = (scope: AgencyScope | ClientScope, provider: Provider): Promise<ProviderAccount | null> =>
  AccountModel.findById(keyOf(scope, provider)).lean().exec();

/** Saves an account in place of the previous one. */
export async function saveProviderAccount(
  scope: AgencyScope | ClientScope,
  account: Pick<ProviderAccount, 'provider' | 'accountId' | 'name' | 'secret' | 'isTrial' | 'connectedAt'>,
): Promise<void> {
  const owner = { agencyId: scope.agencyId, ...('clientId' in scope && { clientId: scope.clientId }) };
  await AccountModel.replaceOne({ _id: keyOf(scope, account.provider) }, { ...account, ...owner }, { upsert: true });
}

/**
 * Deletes an account and its secret.
 * @returns false if there was none
 */
export async function deleteProviderAccount(scope: AgencyScope | ClientScope, provider: Provider): Promise<boolean> {
  return (await AccountModel.deleteOne({ _id: keyOf(scope, provider) })).deletedCount === 1;
}
