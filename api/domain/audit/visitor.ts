import type { Before } from '../../ledger/audit/checks.ts';
import type { Transfer } from '../../models/transfer.ts';

/** Looks at every transfer as it comes by, in about the order in which they were written, and has the last word when all have. */
export interface Visitor {
  /** Throws where the transfer cannot be read; the audit then says so and goes on with the next. */
  see(transfer: Transfer, before: Before): void | Promise<void>;
  end(): void | Promise<void>;
}
