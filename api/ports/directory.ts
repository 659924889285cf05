import type { Agency, AgencyInMode, Mode } from '../models/agency.ts';
import type { AgencyScope, ClientScope } from '../models/scope.ts';

/** An agency as one of its credentials opens it: with the settings of that mode. */
export interface AgencyAccess {
  agency: AgencyInMode;
  mode: Mode;
  scope: AgencyScope;
}

/** Whether a session goes on: `disabled` when its client was shut out. */
export type SessionStanding = 'alive' | 'ended' | 'disabled';

/** Reads what every request asks for, and remembers it for a moment. */
export interface Directory {
  byPublishableKey(key: string): Promise<AgencyAccess | undefined>;
  bySecretKey(key: string): Promise<AgencyAccess | undefined>;
  byScope(scope: AgencyScope): Promise<AgencyAccess | undefined>;
  /** All that have a slug or ever had it. */
  ofSlug(slug: string): Promise<readonly Agency[]>;
  standingOf(scope: ClientScope, sid: string): Promise<SessionStanding>;
  /** Call it after a change, so that this process sees it at once. */
  forget(): void;
}
