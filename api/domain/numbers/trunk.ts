import type { Output } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { trunkSentences } from '../../contract/sentences.ts';
import { changeNumber } from '../../models/number.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { unseal } from '../../security/seal.ts';
import { requireNumber } from './view.ts';

/** Asks a trunk whether it admits us, and rings through it once. */
export async function testTrunk(
  scope: ClientScope,
  numberId: string,
  { signal, deps: { trunks, keys } }: { signal: AbortSignal; deps: Deps },
): Promise<Output<'numbers.testTrunk'>> {
  const row = await requireNumber(scope, numberId);
  const { trunk } = row;
  if (!trunk) refuse('trunk.missing');
  const { host, port, transport, username, password } = trunk;
  const opened = password && unseal(keys, { agencyId: scope.agencyId, field: `trunk.${row._id}.password` }, password);
  const { result, status } = await trunks.test({ host, port, transport, username, password: opened }, row.number, signal);
  // A call that rang proves the number, once per agency: until then anybody can name it.
  const isProven = result === 'ok' && row.state === 'active' && row.claim !== row.number;
  if (isProven && (await changeNumber(scope, numberId, { state: row.state }, { set: { claim: row.number } })) === 'taken')
    refuse('number.connected');
  return { result, status, message: trunkSentences[result] };
}
