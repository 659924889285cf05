import type { AgencyPermission } from '../contract/index.ts';
import type { Agency, AgencyInMode, Mode } from '../models/agency.ts';
import type { AgencyScope, ClientScope } from '../models/scope.ts';

/** An agency as one of its credentials opens it, with the settings of that mode. */
export interface AgencyAccess {
  agency: AgencyInMode;
  mode: Mode;
  scope: AgencyScope;
}

/** An agency as one of its secret keys opens it. */
export interface KeyAccess extends AgencyAccess {
  /** All that the key may do. Undefined: everything. */
  permissions: readonly AgencyPermission[] | undefined;
}

/** The standing of a session; `disabled` if its client was disabled. */
export type SessionStanding = 'alive' | 'ended' | 'disabled';

/** Reads the agencies and sessions that every request needs, and caches them briefly. */
export interface Directory {
  byPublishableKey(key: string): Promise<AgencyAccess | undefined>;
  bySecretKey(key: string): Promise<KeyAccess | undefined>;
  byScope(scope: AgencyScope): Promise<AgencyAccess | undefined>;
  /** Finds every agency that has or had a slug. */
  ofSlug(slug: string): Promise<readonly Agency[]>;
  standingOf(scope: ClientScope, sid: string): Promise<SessionStanding>;
  /** Call it after a change, so that this process sees the change at once. */
  forget(): void;
}
