import type { ApiCall } from './api-client.ts';
import type { Sandbox } from './sandbox/start.ts';

/** An agency's accounts at the providers that it pays itself. */
export interface ProviderAccounts {
  telephony: { accountSid: string; authToken: string };
  voice: { apiKey: string };
}

/** The agency offers all of these numbers except the last, which it keeps for itself. */
const NUMBERS_AT_FIRST = 4;

/** Opens the accounts of this name in the sandbox, or finds them. */
export function openProviders(sandbox: Sandbox, name: string): ProviderAccounts {
  const voice = sandbox.retell.accounts().find((one) => one.name === name) ?? sandbox.retell.createAccount(name);
  const telephony = sandbox.twilio.accounts().find(({ friendlyName }) => friendlyName === name) ?? openTelephony(sandbox, name);
  return { telephony: { accountSid: telephony.sid, authToken: telephony.authToken }, voice: { apiKey: voice.apiKey } };
}

/** Britain has approved the agency's papers; Germany still reviews them, so that its numbers show what is missing. */
function openTelephony(sandbox: Sandbox, name: string) {
  const account = sandbox.twilio.createAccount(name, { numbers: NUMBERS_AT_FIRST });
  sandbox.twilio.addBundle(account.sid, { country: 'GB', type: 'mobile', status: 'twilio-approved' });
  sandbox.twilio.addBundle(account.sid, { country: 'DE', type: 'local', status: 'in-review' });
  sandbox.twilio.addAddress(account.sid, 'DE');
  return account;
}

/** Connects both accounts and offers the agency's numbers, as an agency does in its settings. */
export async function connectProviders(
  call: ApiCall,
  secretKey: string,
  { telephony, voice }: ProviderAccounts,
  sandbox: Sandbox,
): Promise<void> {
  await call('integrations.connectTelephony', secretKey, telephony);
  await call('integrations.connectVoice', secretKey, voice);
  const numbers = sandbox.twilio.numbers(telephony.accountSid).slice(0, NUMBERS_AT_FIRST - 1);
  for (const { phoneNumber } of numbers) await call('inventory.offer', secretKey, { number: phoneNumber, offered: true });
}

/** Opens an account that a client of the demo can connect as its own. */
export function openClientAccount(sandbox: Sandbox): ProviderAccounts['telephony'] {
  const name = "A client's own account";
  const account = sandbox.twilio.accounts().find(({ friendlyName }) => friendlyName === name) ?? sandbox.twilio.createAccount(name);
  return { accountSid: account.sid, authToken: account.authToken };
}
