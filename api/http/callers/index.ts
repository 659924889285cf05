import type { Callers } from '../../contract/index.ts';
import { agencyKind } from './agency.ts';
import { anyoneKind } from './anyone.ts';
import { clientKind } from './client.ts';
import type { CallerKind } from './kind.ts';
import { platformKind } from './platform.ts';
import { visitorKind } from './visitor.ts';

/** The kinds of callers that the contract may admit. The first kind whose credential a request presents decides. */
export const callerKinds = {
  anyone: anyoneKind,
  agency: agencyKind,
  platform: platformKind,
  visitor: visitorKind,
  client: clientKind,
} satisfies { [Kind in keyof Callers]-?: CallerKind<{ kind: Kind }> };

type Kinds = typeof callerKinds;

/** A caller, identified by a verified credential only. */
export type Caller = Awaited<ReturnType<Kinds[keyof Kinds]['authenticate']>>;

/** Returns the row of a caller. The table holds each under its own kind, which its type cannot express. */
export const kindOf = ({ kind }: Pick<Caller, 'kind'>) => callerKinds[kind] as CallerKind<Caller>;
