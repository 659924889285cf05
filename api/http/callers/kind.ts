import type { Request } from 'express';
import type { Callers, Operation } from '../../contract/index.ts';
import type { Limit } from '../../contract/operation.ts';
import type { Deps } from '../../ports/index.ts';

/** A request, as far as it says who calls. */
export interface Presented {
  req: Request;
  operation: Operation;
  /** The credential in its Authorization header. Nobody is asked for one where an operation is for anyone. */
  bearer: string | undefined;
}

/** Everything that the door needs to know of one kind of caller. */
export interface CallerKind<Who> {
  /** Whether the request presents a credential of this kind, be it good or not. */
  isPresented(presented: Presented): boolean;
  /** Finds out who it is. Refuses whoever has no good credential. */
  authenticate(presented: Presented, deps: Deps): Promise<Who>;
  /** Refuses a known caller whom an operation's contract entry does not admit. */
  admit(caller: Who, callers: Callers): void;
  /** Names the caller for what is counted or remembered per caller. */
  nameOf(caller: Who): string;
  /** Where the contract names no other limits. */
  usualLimits: readonly Limit[];
  /** How many bytes of bodies one of them may have on their way at a time. */
  arrivingBytesMax: number;
  /** Its credential, as OpenAPI describes it; the name's words are those of the reference. Null: none is needed. */
  scheme: { name: string; definition: object } | null;
  /** Names the caller in an agency's journal. Left out where nothing that it changes is journaled. */
  actorOf?(caller: Who): string;
}

export const MEBIBYTE = 1024 * 1024;
