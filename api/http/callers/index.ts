import type { Callers } from '../../contract/index.ts';
import { agencyKind } from './agency.ts';
import { anyoneKind } from './anyone.ts';
import { clientKind } from './client.ts';
import type { CallerKind } from './kind.ts';
import { platformKind } from './platform.ts';
import { visitorKind } from './visitor.ts';

/** Each kind of caller that the contract may admit. The first whose credential a request presents decides about it. */
export const callerKinds = {
  anyone: anyoneKind,
  agency: agencyKind,
  platform: platformKind,
  visitor: visitorKind,
  client: clientKind,
} satisfies { [Kind in keyof Callers]-?: CallerKind<{ kind: Kind }> };

type Kinds = typeof callerKinds;

/** Who calls, by nothing but a verified credential. */
export type Caller = Awaited<ReturnType<Kinds[keyof Kinds]['authenticate']>>;

/** The row of a caller. The table holds each under its own kind, which its type cannot say. */
export const kindOf = ({ kind }: Pick<Caller, 'kind'>) => callerKinds[kind] as CallerKind<Caller>;
