import type { Agency } from '../support/agency.ts';

let people = 0;

/** Signs in a client by the agency's server, and gives it credits. */
export async function openSignedIn(agency: Agency, credits = 100_000): Promise<{ clientId: string; token: string }> {
  people += 1;
  const profile = { firstName: 'Robin', lastName: 'Meyer', email: `person-${people}@example.test`, emailVerified: true };
  const { account, session } = await agency.call('sessions.mint', { externalId: `person-${people}`, profile });
  await agency.allocate(account.clientId, credits);
  return { clientId: account.clientId, token: session.token };
}
