import type { Request } from 'express';
import type { Callers, Operation } from '../../contract/index.ts';
import type { Limit } from '../../contract/operation.ts';
import type { Deps } from '../../ports/index.ts';

/** The parts of a request that identify its caller. */
export interface Presented {
  req: Request;
  operation: Operation;
  /** The credential in the Authorization header. Operations for anyone need none. */
  bearer: string | undefined;
}

/** Everything that the HTTP layer needs to know of one kind of caller. */
export interface CallerKind<Who> {
  /** Tells whether the request presents a credential of this kind, good or not. */
  isPresented(presented: Presented): boolean;
  /** Identifies the caller. Refuses a bad credential. */
  authenticate(presented: Presented, deps: Deps): Promise<Who>;
  /** Refuses a known caller whom the operation's contract entry does not admit. */
  admit(caller: Who, callers: Callers): void;
  /** Names the caller for counters and records per caller. */
  nameOf(caller: Who): string;
  /** Limits if the contract names no others. */
  usualLimits: readonly Limit[];
  /** Bytes of bodies that one of them may have on their way at once. */
  arrivingBytesMax: number;
  /** Names the kind in the reference, by what it presents. */
  inWords: string;
  /** Its credential in OpenAPI; the name is that of the reference. Null if none is needed. */
  scheme: { name: string; definition: object } | null;
  /** Names the caller in an agency's journal. Absent if none of its changes is journaled. */
  actorOf?(caller: Who): string;
}

export const MEBIBYTE = 1024 * 1024;
