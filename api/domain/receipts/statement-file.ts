import type { Output } from '../../contract/index.ts';

/** A row of a statement: what one thing brought or cost in a time. */
export interface StatementRow {
  /** The first time that it moved credits in this time. */
  at: Date;
  /** When it began, if that was before this time. */
  began: Date | undefined;
  kind: string;
  name: string;
  amountMillis: number;
  /** The payment that brought it, if it began in this time. */
  money: Output<'credits.history'>['things'][number]['money'];
  state: string;
  purchaseId: string | null;
  orderId: string | null;
  callId: string | null;
  call: Output<'credits.history'>['things'][number]['call'];
}

/** A statement of one client's time, ready to be written in any format. */
export interface StatementFile {
  seller: { name: string; address: string | null; vatId: string | null };
  client: string[];
  isTest: boolean;
  /** Days in UTC; undefined for the beginning of the account, and for now. */
  from: string | undefined;
  to: string | undefined;
  writtenAt: Date;
  openingMillis: number;
  closingMillis: number;
  /** Oldest first. */
  rows: StatementRow[];
  seq: number;
  hash: string | undefined;
}
