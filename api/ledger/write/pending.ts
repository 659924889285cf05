import type { AgencyScope } from '../../models/scope.ts';
import type { Transfer } from '../../models/transfer.ts';
import type { Draft, Name } from './draft.ts';
import { keyOf } from './heads.ts';

/** A transfer in the ledger. */
export interface Committed {
  transfer: Transfer;
  /** True if the transfer existed, or may have existed, before. */
  repeated: boolean;
}

/** A draft whose caller waits for it to be written. */
export class PendingTransfer {
  readonly _id: string;
  readonly input: string;
  readonly agencyId: string;
  readonly scope: AgencyScope;
  readonly draft: Draft;
  /** Keys of the draft's guarded accounts, without repeats. */
  readonly keys: readonly string[];
  /** Resolves when the transfer is written, rejects if that failed. */
  readonly outcome: Promise<Committed>;
  isOpen = true;
  /** True if it would be refused or impossible, but by heads that do not prove it. */
  isUnsure = false;
  tries = 0;
  #resolve: (committed: Committed) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(scope: AgencyScope, draft: Draft, { _id, input }: Name) {
    this._id = _id;
    this.input = input;
    this.agencyId = scope.agencyId;
    this.scope = scope;
    this.draft = draft;
    this.keys = draft.guarded.map((account) => keyOf(scope, account));
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(committed: Committed): void {
    this.isOpen = false;
    this.#resolve(committed);
  }

  fail(error: unknown): void {
    this.isOpen = false;
    this.#reject(error);
  }
}
