import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { dropNumber, insertNumber, type PhoneNumber, readNumber } from '../../models/number.ts';
import { freePlace } from '../../models/number-place.ts';
import type { ClientScope } from '../../models/scope.ts';
import { meaningOf } from '../../ports/causes.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { parseTrunkHost } from '../../rules/phone-trunk.ts';
import { seal } from '../../security/seal.ts';
import type { Plan } from '../directory/plan.ts';
import { requireTelephony } from '../integrations/provider-accounts.ts';
import { type CodeDeps, countCode, requireCheap } from './codes.ts';
import { type PhoneFacts, requirePhone } from './phone.ts';
import { sendCode } from './verify.ts';
import { numberView, requireNumbers, requirePlace } from './view.ts';

interface Attempt<Needed extends Deps = Deps> {
  seed: string;
  deps: Needed;
}
interface Member {
  scope: ClientScope;
  memberId: string;
}

/** Only voice, because other capabilities are known only to the number's provider. */
const voiceOnly = { voice: true, sms: false, mms: false };

/** Adds a number that a client has elsewhere, and sends a code to it. Until the code is confirmed the number claims nothing. */
export async function connectNumber(
  access: AgencyAccess,
  { scope, memberId }: Member,
  { number, channel, label }: Parsed<'numbers.connect'>,
  { seed, deps }: Attempt<CodeDeps>,
): Promise<Output<'numbers.connect'>> {
  const { plan } = await requireNumbers(access, scope);
  const facts = await requirePhone(number);
  requireCheap(facts);
  await requireTelephony(scope, deps);
  await countCode(scope, facts, deps);
  const draft = { ...draftNumber(seed, facts, { memberId, label, deps }), way: 'manual' as const, state: 'pending_verification' as const };
  const row = await addNumber(
    scope,
    { ...draft, capabilities: voiceOnly, claim: `unproven/${scope.clientId}/${facts.number}` },
    plan,
    deps,
  );
  // Repeating the attempt does not send another code.
  if (row.check?.code !== undefined) return numberView(row);
  try {
    await sendCode(access, row, channel, deps);
  } catch (error) {
    // A number that no code can reach is removed. If a code may be on its way, the client can ask for another.
    if (meaningOf(error)?.lasts === 'definite') {
      await dropNumber(scope, row._id);
      await freePlace(scope, row.number);
    }
    throw error;
  }
  return numberView(row);
}

/** Adds a number on the client's own trunk. Its password is sealed. */
export async function connectTrunk(
  access: AgencyAccess,
  { scope, memberId }: Member,
  { number, terminationUri, username, password, transport, label }: Parsed<'numbers.connectTrunk'>,
  { seed, deps }: Attempt,
): Promise<Output<'numbers.connectTrunk'>> {
  const { plan } = await requireNumbers(access, scope);
  const facts = await requirePhone(number);
  const { host, port } = parseTrunkHost(terminationUri) ?? refuse('trunk.uri_invalid', { param: 'terminationUri' });
  const draft = draftNumber(seed, facts, { memberId, label, deps });
  const trunk: PhoneNumber['trunk'] = {
    terminationUri,
    host,
    transport,
    ...(port !== undefined && { port }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && {
      password: seal(deps.keys, { agencyId: scope.agencyId, field: `trunk.${draft._id}.password` }, password),
    }),
  };
  // Only the trunk's provider knows the owner, so the claim holds for this client alone.
  const claim = `trunk/${scope.clientId}/${facts.number}`;
  return numberView(await addNumber(scope, { ...draft, way: 'sip', state: 'active', capabilities: voiceOnly, claim, trunk }, plan, deps));
}

export function draftNumber(
  seed: string,
  { number, country, type }: PhoneFacts,
  { memberId, label, deps }: { memberId: string; label: string | undefined; deps: Deps },
) {
  const named = label === undefined ? {} : { label };
  const created = { createdAt: deps.now(), monthlyMillis: 0, rentsPaid: 0, rentTries: 0 };
  return { _id: `num_${seed}`, memberId, number, country, type, ...named, ...created };
}

type Draft = Parameters<typeof insertNumber>[1];

/** Adds a number within the plan's limit. A repeated attempt finds it. Refuses with `number.connected` if it exists already. */
export async function addNumber(scope: ClientScope, draft: Draft, plan: Plan, deps: Deps): Promise<PhoneNumber> {
  const there = await readNumber(scope, draft._id);
  if (there) return there;
  const isPlaceNew = await requirePlace(scope, plan, draft.number, deps.now());
  if ((await insertNumber(scope, draft)) === 'taken') {
    if (isPlaceNew) await freePlace(scope, draft.number);
    refuse('number.connected', { param: 'number' });
  }
  return (await readNumber(scope, draft._id)) ?? refuse('number.not_found');
}
