import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { changeNumber, type PhoneNumber } from '../../models/number.ts';
import { freePlace } from '../../models/number-place.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { agencyTelephonyOf } from '../integrations/provider-accounts.ts';
import { releaseSealOf } from '../seals/documents.ts';
import { endRoute } from './route.ts';
import { numberView, requireNumber } from './view.ts';

/** Gives a number up for good. Repeating it does nothing. Refuses with `number.digits_wrong`. */
export async function releaseNumber(
  scope: ClientScope,
  { numberId, lastDigits }: Parsed<'numbers.release'>,
  deps: Deps,
): Promise<Output<'numbers.release'>> {
  const row = await requireNumber(scope, numberId);
  if (!row.number.endsWith(lastDigits)) refuse('number.digits_wrong', { param: 'lastDigits' });
  return numberView(await releaseRow(row, deps));
}

/** Fields of a number whose calls are led to an agent. */
const routing = ['routeAt', 'routeChecks', 'isRouted'] as const;

/** Delay until an unfinished release is resumed: its process ended, or the provider did not answer. */
const UNFINISHED_MS = 2 * MINUTE_MS;

/**
 * Releases a number. A purchased number first returns to the provider, and is marked before that, so that the rent job finishes an
 * interrupted release. The agency's own number stays with the agency and is offered again.
 */
export async function releaseRow(row: PhoneNumber, deps: Deps): Promise<PhoneNumber> {
  if (row.state === 'released') return row;
  if (row.way === 'bought') {
    await changeNumber(row, row._id, { state: row.state }, { set: { isGoing: true, rentAt: later(deps.now(), UNFINISHED_MS) } });
    await endRoute({ ...row, isGoing: true }, deps);
    await releaseAtProvider(row, deps);
  } else await endRoute(row, deps);
  const ended = await changeNumber(
    row,
    row._id,
    {},
    {
      set: { state: 'released', releasedAt: deps.now(), ...releaseSealOf(row) },
      unset: [
        'claim',
        'providerClaim',
        'agentId',
        'isGoing',
        'check',
        'trunk',
        ...routing,
        'rentAt',
        'graceUntil',
        'paidUntil',
        'pausedAt',
      ],
    },
  );
  await freePlace(row, row.number);
  return ended === null || ended === 'taken' ? row : ended;
}

async function releaseAtProvider({ agencyId, world, _id: numberId, accountSid, sid }: PhoneNumber, deps: Deps): Promise<void> {
  const account = await agencyTelephonyOf({ agencyId, world }, deps);
  if (sid === undefined || !account || account.accountSid !== accountSid) {
    deps.log.error(
      { agencyId, numberId, accountSid },
      'number.left: the account that holds a released number is not connected; it has to be released there',
    );
    return;
  }
  await deps.telephony.releaseNumber(account, sid);
}
