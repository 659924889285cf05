import assert from 'node:assert/strict';
import type { PlainCode } from '../../contract/index.ts';
import type { Head } from '../../models/entry.ts';
import { type AgencyScope, within } from '../../models/scope.ts';
import { type Correction, type Posting, prefixOf, slotOf, type Transfer } from '../../models/transfer.ts';
import { sealOf } from '../../security/own-seal.ts';
import { type GuardedAccount, isGuarded } from '../accounts.ts';
import { contentHash, linkHash } from '../chain.ts';
import { assertBalanced, type Leg } from '../legs.ts';
import type { CallName } from '../names.ts';
import { sealedText } from '../sealed.ts';
import { RULES } from '../state/lots.ts';
import { isAboutMoney, isCorrection } from '../state/returns.ts';
import { assertSound, type Kind, type StateOf, stateAfter } from '../state/states.ts';

/** A requested transfer. Its movements are computed from the states of its accounts, anew for each attempt to write it. */
export interface Draft {
  kind: Kind;
  /** The name to take instead of its own kind. Of the kinds that share a name, only one can be written per cause. */
  name?: CallName;
  /** The external id of the event. Together with the name it identifies the transfer. */
  cause: string;
  /** Business time. */
  at: Date;
  actor: string;
  purchaseId?: string;
  correction?: Correction;
  /** The content that a repetition must equal. */
  content: unknown;
  /** The code that refuses a repetition with other content, possibly by the existing transfer. `idempotency.mismatch` by default. */
  mismatch?: PlainCode | ((there: Transfer) => PlainCode);
  /** All guarded accounts that `legs` reads or moves. */
  guarded: readonly GuardedAccount[];
  /** @returns the movements, or a refusal that is final for this cause. Throws a refusal that may pass */
  legs(stateOf: StateOf): readonly Leg[] | PlainCode;
}

/** The id of a transfer, and a hash of its content to recognize repetitions. */
export interface Name {
  _id: string;
  input: string;
}

export function nameDraft(scope: AgencyScope, { kind, name, cause, content }: Draft): Name {
  assert(/^[\w.:-]{1,200}$/.test(cause), 'a cause is an id');
  return { _id: `${prefixOf(scope)}${name ?? kind}/${cause}`, input: contentHash(content) };
}

/** Composes the transfer behind these heads. Throws if it would break the ledger, and passes on the draft's temporary refusals. */
export function composeTransfer(
  scope: AgencyScope,
  draft: Draft,
  { _id, input }: Name,
  headOf: (account: GuardedAccount) => Head,
): Transfer {
  const { kind, at, actor, purchaseId, correction } = draft;
  assert.equal(isAboutMoney(kind), purchaseId !== undefined, 'money moves with a purchase, and only then');
  assert.equal(isCorrection(kind), correction !== undefined, 'a correction says what it corrects');
  const { agencyId, world } = within(scope);
  const facts: Transfer = { _id, input, agencyId, world, kind, at, writtenAt: new Date(), actor, rules: RULES, postings: [] };
  const moved = draft.legs(((account: GuardedAccount) => headOf(account).after) as StateOf); // each head has the state of its account
  if (typeof moved === 'string') return sealed({ ...facts, refused: moved });

  assertBalanced(moved);
  const slots: string[] = [];
  for (const leg of moved) {
    const posting: Posting = isGuarded(leg.account) ? link(facts, draft, moved, leg, headOf(leg.account)) : leg;
    facts.postings.push(posting);
    if (posting.seq !== undefined) slots.push(slotOf(posting.account, posting.seq));
  }
  if (purchaseId !== undefined) facts.purchaseId = purchaseId;
  if (correction) facts.correction = correction;
  if (slots.length > 0) facts.slots = slots;
  return sealed(facts);
}

function sealed(transfer: Transfer): Transfer {
  const seal = sealOf('transfer', sealedText(transfer));
  if (seal !== undefined) transfer.seal = seal;
  return transfer;
}

function link(
  { _id, kind, at }: Pick<Transfer, '_id' | 'kind' | 'at'>,
  { cause, correction }: Draft,
  legs: readonly Leg[],
  { account, amount }: Leg,
  head: Head,
): Posting {
  const seq = head.seq + 1;
  const after = stateAfter(head.after, { kind, cause, correction, legs, account, rules: RULES });
  assertSound(account, after);
  return { account, amount, seq, after, hash: linkHash(head.hash, { _id, kind, at, account, amount, seq, after }) };
}
