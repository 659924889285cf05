import assert from 'node:assert/strict';
import type { ErrorCode } from '../../contract/index.ts';
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

/** A transfer that somebody wants. What it moves is worked out from the states of its accounts, anew for every attempt to write it. */
export interface Draft {
  kind: Kind;
  /** Whose name it takes, where not its own: of the kinds that share one, only one can be written for a cause. */
  name?: CallName;
  /** What happened in the world, by its id there. Together with the name it names the transfer. */
  cause: string;
  /** Business time. */
  at: Date;
  actor: string;
  purchaseId?: string;
  correction?: Correction;
  /** What a repetition must be equal in. */
  content: unknown;
  /** What a repetition with other content is refused with, where it is not `idempotency.mismatch`; it may depend on what is there. */
  mismatch?: ErrorCode | ((there: Transfer) => ErrorCode);
  /** Every guarded account that `legs` asks for or moves. */
  guarded: readonly GuardedAccount[];
  /** @returns what moves, or the reason why nothing does, which then holds for this cause for ever. Throws a refusal that holds for now only */
  legs(stateOf: StateOf): readonly Leg[] | ErrorCode;
}

/** A transfer's id, and what tells whether another of that name wanted the same. */
export interface Name {
  _id: string;
  input: string;
}

export function nameDraft(scope: AgencyScope, { kind, name, cause, content }: Draft): Name {
  assert(/^[\w.:-]{1,200}$/.test(cause), 'a cause is an id');
  return { _id: `${prefixOf(scope)}${name ?? kind}/${cause}`, input: contentHash(content) };
}

/** The transfer as it may stand behind these heads. Throws where it would break the ledger, and what the draft refuses for now only. */
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
