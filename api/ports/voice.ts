/** The agency's account at the voice provider. */
export interface VoiceAccess {
  apiKey: string;
}

/** The content of a knowledge base: one source. A file is read from the disk while it is sent. */
export type Material =
  | { kind: 'file'; name: string; file: Blob }
  | { kind: 'text'; name: string; text: string }
  | { kind: 'url'; url: string };

/** A knowledge base as the provider answered. */
export interface Base {
  id: string;
  /** `partly`: it is ready, but some of it could not be read. `failed`: none of it is available. */
  state: 'processing' | 'ready' | 'partly' | 'failed';
}

/** The version of an agent that uses the bases it was given. */
export interface AgentVersion {
  version: number;
  /**
   * `live`: calls use it. `published`: calls through an environment of the provider (a tag) use it once the agency moves the tag. `draft`:
   * the agent was never published.
   */
  state: 'live' | 'published' | 'draft';
}

/**
 * The voice provider. Every call may refuse. The refusal's cause has the provider's answer and its meaning in the table of errors. After a
 * refusal without such a cause, or with a passing error, the outcome is unknown.
 */
export interface Voice {
  /** Tells whether the provider accepts the key. Refuses with `account.unpaid` and `voice.provider_unavailable`. */
  isKeyGood(access: VoiceAccess): Promise<boolean>;
  /** Finds the bases whose names begin like this, to learn whether one was created. */
  findBases(access: VoiceAccess, name: string): Promise<{ id: string; name: string; state: Base['state'] }[]>;
  createBase(access: VoiceAccess, name: string, material: Material): Promise<Base>;
  readBase(access: VoiceAccess, baseId: string): Promise<Base>;
  /** Deletes a base. Succeeds if it is gone already. */
  removeBase(access: VoiceAccess, baseId: string): Promise<void>;
  /** Refuses with `agent.not_found` if the account has no such agent, or the agent cannot use knowledge. */
  requireAgent(access: VoiceAccess, agentId: string): Promise<void>;
  /**
   * Sets which of our bases an agent uses. Other bases stay. Published versions never change: for a published agent it branches a new
   * version from the live one, changes and publishes it. The agency's own drafts are changed too, but never published. Refuses with
   * `agent.not_found` if the agent is gone.
   */
  setBases(access: VoiceAccess, agentId: string, bases: { used: readonly string[]; unused: readonly string[] }): Promise<AgentVersion>;
}
