import type { Agency } from '../support/agency.ts';

let people = 0;

/** A client that the agency's own server vouches for, with credits. */
export async function signedInClient(agency: Agency, credits = 100_000): Promise<{ clientId: string; token: string }> {
  people += 1;
  const profile = { firstName: 'Robin', lastName: 'Meyer', email: `person-${people}@example.test`, emailVerified: true };
  const { account, session } = await agency.call('sessions.mint', { externalId: `person-${people}`, profile });
  await agency.allocate(account.clientId, credits);
  return { clientId: account.clientId, token: session.token };
}
