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
  state: 'processing' | 'ready' | 'failed';
}

/**
 * The voice provider. Every call refuses with `voice.provider_unavailable` where the outcome is unknown, and with `voice.not_configured`
 * where the provider does not accept the key. What it wrote itself is the refusal's cause and goes no further than the log.
 */
export interface Voice {
  /** Whether the provider accepts the key. Refuses with `voice.provider_unavailable` alone. */
  isKeyGood(access: VoiceAccess): Promise<boolean>;
  /** The base of this name, for whoever does not know whether it was made. */
  findBase(access: VoiceAccess, name: string): Promise<Base | undefined>;
  /** @returns 'refused' where the provider does not take the material, and never will */
  createBase(access: VoiceAccess, name: string, material: Material): Promise<Base | 'refused'>;
  readBase(access: VoiceAccess, baseId: string): Promise<Base | undefined>;
  /** One that is gone is fine. */
  removeBase(access: VoiceAccess, baseId: string): Promise<void>;
  /** Whether the account has the agent, and knowledge can be given to it. */
  hasAgent(access: VoiceAccess, agentId: string): Promise<boolean>;
  /**
   * Says which of our bases an agent uses. Bases that are not ours stay.
   * @returns false where the agent is gone
   */
  setBases(access: VoiceAccess, agentId: string, bases: { used: readonly string[]; unused: readonly string[] }): Promise<boolean>;
}
