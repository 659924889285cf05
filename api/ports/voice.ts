/** The agency's account at the voice provider. */
export interface VoiceAccess {
  apiKey: string;
}

/** The content of a knowledge base: one source. A file is read from the disk while it is sent. */
export type Material =
  | { kind: 'file'; name: string; file: Blob }
  | { kind: 'text'; name: string; text: string }
  | { kind: 'url'; url: string };

/** A number as the voice provider learns of it: where its calls come from, and who answers them. */
export interface AnsweredNumber {
  number: string;
  /** The host of the trunk that it belongs to, with what that asks for. */
  trunk: { host: string; transport?: 'udp' | 'tcp' | 'tls'; username?: string | undefined; password?: string | undefined };
  /** Null: nobody answers. */
  agentId: string | null;
}

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
  /** The SIP address at which the provider takes calls. */
  readonly address: string;
  /** Says who answers a number, which becomes known to the provider. Can be repeated. Refuses with `agent.not_found` if the agent is gone. */
  answerNumber(access: VoiceAccess, number: AnsweredNumber): Promise<void>;
  /** Makes a number unknown to the provider. Succeeds if it is unknown already. */
  forgetNumber(access: VoiceAccess, number: string): Promise<void>;
  /** Refuses with `agent.not_found` if the account has no such agent, or the agent cannot use knowledge. */
  requireAgent(access: VoiceAccess, agentId: string): Promise<void>;
  /**
   * Sets which of our bases an agent uses. Other bases stay. Published versions never change: for a published agent it branches a new
   * version from the live one, changes and publishes it. The agency's own drafts are changed too, but never published. Refuses with
   * `agent.not_found` if the agent is gone.
   */
  setBases(access: VoiceAccess, agentId: string, bases: { used: readonly string[]; unused: readonly string[] }): Promise<AgentVersion>;
}
