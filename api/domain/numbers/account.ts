import type { Output, Parsed } from '../../contract/index.ts';
import { refuse, tell } from '../../contract/refusal.ts';
import { type insertNumber, type PhoneNumber, readImported } from '../../models/number.ts';
import { freePlace } from '../../models/number-place.ts';
import { deleteProviderAccount } from '../../models/provider-account.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps, OwnedNumber } from '../../ports/index.ts';
import { digestInput } from '../../security/digest.ts';
import type { Plan } from '../directory/plan.ts';
import { saveTelephony, telephonyOf } from '../integrations/provider-accounts.ts';
import { addNumber, draftNumber } from './connect.ts';
import { providerClaimOf } from './holders.ts';
import { displayNumber, phoneFacts } from './phone.ts';
import { releaseRow } from './release.ts';
import { numberView, requireNumbers, requirePlace } from './view.ts';

/** Connects the client's own account, if its credentials are good, and lists its numbers. */
export async function connectAccount(
  access: AgencyAccess,
  scope: ClientScope,
  { accountSid, authToken }: Parsed<'numbers.connectAccount'>,
  deps: Deps,
): Promise<Output<'numbers.connectAccount'>> {
  await requireNumbers(access, scope);
  const account = { accountSid, authToken };
  const { isTrial } = await saveTelephony(scope, account, deps);
  const [owned, imported] = await Promise.all([deps.telephony.listNumbers(account), readImported(scope)]);
  const known = new Set(imported.map(({ number }) => number));
  const numbers = await Promise.all(
    owned.map(async ({ number, label, capabilities }) => ({
      number,
      display: await displayNumber(number),
      label,
      country: (await phoneFacts(number))?.country ?? '',
      capabilities,
      imported: known.has(number),
    })),
  );
  return { accountSid, warning: isTrial ? tell('account.trial') : null, numbers };
}

/** Imports numbers of the client's own account: all of them or none. */
export async function importNumbers(
  access: AgencyAccess,
  { scope, memberId }: { scope: ClientScope; memberId: string },
  input: Parsed<'numbers.import'>,
  { seed, deps }: { seed: string; deps: Deps },
): Promise<Output<'numbers.import'>> {
  const { plan } = await requireNumbers(access, scope);
  const account = (await telephonyOf(scope, deps)) ?? refuse('account.missing');
  const owned = new Map((await deps.telephony.listNumbers(account)).map((one) => [one.number, one]));
  const wanted = [...new Set(input.numbers)];
  const chosen = wanted.map((number) => owned.get(number) ?? refuse('account.number_missing', { param: 'numbers' }));
  const before = new Set((await readImported(scope)).map(({ number }) => number));
  await requirePlaces(
    scope,
    plan,
    wanted.filter((number) => !before.has(number)),
    deps,
  );
  const rows: PhoneNumber[] = [];
  for (const one of chosen) {
    const draft = await draftOf(one, {
      seed: `${seed.slice(0, 24)}-${digestInput(deps.keys, one.number).slice(0, 16)}`,
      memberId,
      accountSid: account.accountSid,
      deps,
    });
    rows.push(await addNumber(scope, draft, plan, deps));
  }
  return { numbers: await Promise.all(rows.map(numberView)) };
}

/** Takes a place for each of these numbers, or for none. */
async function requirePlaces(scope: ClientScope, plan: Plan, numbers: readonly string[], deps: Deps): Promise<void> {
  const taken: string[] = [];
  try {
    for (const number of numbers) if (await requirePlace(scope, plan, number, deps.now())) taken.push(number);
  } catch (error) {
    for (const number of taken) await freePlace(scope, number);
    throw error;
  }
}

async function draftOf(
  { number, label, capabilities, sid }: OwnedNumber,
  { seed, memberId, accountSid, deps }: { seed: string; memberId: string; accountSid: string; deps: Deps },
): Promise<Parameters<typeof insertNumber>[1]> {
  const facts = (await phoneFacts(number)) ?? { number, country: '', type: 'local' as const, national: number.slice(1), isCostly: false };
  const draft = draftNumber(seed, facts, { memberId, label: label ?? undefined, deps });
  return {
    ...draft,
    way: 'account',
    state: 'active',
    capabilities,
    claim: number,
    providerClaim: providerClaimOf({ accountSid }, number),
    accountSid,
    sid,
  };
}

/** Deletes the client's own account and token, and releases its numbers, which would be unusable without it. */
export async function disconnectAccount(scope: ClientScope, deps: Deps): Promise<Output<'numbers.disconnectAccount'>> {
  const imported = await readImported(scope);
  for (const row of imported) await releaseRow(row, deps);
  const wasThere = await deleteProviderAccount(scope, 'telephony');
  if (!wasThere && imported.length === 0) refuse('account.missing');
  return { removed: imported.length };
}
