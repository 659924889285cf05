/** The agency's account at the voice provider. */
export interface VoiceAccess {
  apiKey: string;
}

/** What a knowledge base is made of: one source. A file is read from the disk while it is sent. */
export type Material =
  | { kind: 'file'; name: string; file: Blob }
  | { kind: 'text'; name: string; text: string }
  | { kind: 'url'; url: string };

/** A knowledge base as the provider tells it when asked. */
export interface Base {
  id: string;
  /** `partly`: it is ready, but some of it could not be read. `failed`: nothing of it is there. */
  state: 'processing' | 'ready' | 'partly' | 'failed';
}

/** The version of an agent that knows what it was told to know. */
export interface AgentVersion {
  version: number;
  /**
   * `live`: calls get it. `published`: calls through an environment of the provider (a tag) get it once the agency moves the tag.
   * `draft`: the agent was never published.
   */
  state: 'live' | 'published' | 'draft';
}

/**
 * The voice provider. Every call may refuse. What the provider answered, and what its table of errors says of it, is the refusal's cause. A
 * refusal without such a cause, or of an error that passes, leaves open whether it was done.
 */
export interface Voice {
  /** Whether the provider accepts the key. Refuses with `account.unpaid` and `voice.provider_unavailable`. */
  isKeyGood(access: VoiceAccess): Promise<boolean>;
  /** The bases whose names begin so, for whoever does not know whether one was made. */
  findBases(access: VoiceAccess, name: string): Promise<{ id: string; name: string; state: Base['state'] }[]>;
  createBase(access: VoiceAccess, name: string, material: Material): Promise<Base>;
  readBase(access: VoiceAccess, baseId: string): Promise<Base>;
  /** One that is gone is fine. */
  removeBase(access: VoiceAccess, baseId: string): Promise<void>;
  /** Refuses with `agent.not_found` where the account has no such agent, or knowledge cannot be given to it. */
  requireAgent(access: VoiceAccess, agentId: string): Promise<void>;
  /**
   * Says which of our bases an agent uses. Bases that are not ours stay. What is published at the provider never changes: where the agent
   * is published, a new version is branched from what calls get, changed and published. Drafts of the agency's own are changed too, and
   * never published. Refuses with `agent.not_found` where the agent is gone.
   */
  setBases(access: VoiceAccess, agentId: string, bases: { used: readonly string[]; unused: readonly string[] }): Promise<AgentVersion>;
}
