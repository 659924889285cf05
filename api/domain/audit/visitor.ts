import type { Before } from '../../ledger/audit/checks.ts';
import type { Transfer } from '../../models/transfer.ts';

/** Sees every transfer, roughly in the order of writing, and then the end. */
export interface Visitor {
  /** Throws if the transfer is unreadable. The audit reports that and continues. */
  see(transfer: Transfer, before: Before): void | Promise<void>;
  end(): void | Promise<void>;
}
