/** Retell's objects as stored: the fields of its API. */

export type Source =
  | { type: 'document'; source_id: string; filename: string; file_size: number; file_url: string; sha256: string }
  | { type: 'text'; source_id: string; title: string; content_url: string; characters: number }
  | { type: 'url'; source_id: string; url: string };

export interface Base {
  knowledge_base_id: string;
  knowledge_base_name: string;
  status: 'in_progress' | 'complete' | 'error' | 'refreshing_in_progress';
  enable_auto_refresh: boolean;
  max_chunk_size: number;
  min_chunk_size: number;
  /** All given sources; the owner sees them once they are processed. */
  sources: Source[];
  error_messages: string[];
  /** How and when its processing ends, in milliseconds since 1970 by the sandbox's clock; null when it has ended. */
  work: { endsAt: number; failed: Source[]; isBroken: boolean } | null;
}

export type Engine = { type: 'retell-llm'; llm_id: string } | { type: 'conversation-flow'; conversation_flow_id: string };

/** One version of an object. A published one never changes. */
export interface Version {
  version: number;
  is_published: boolean;
  last_modification_timestamp: number;
}

export interface AgentVersion extends Version {
  agent_name: string;
  /** Its version is always the agent's own. */
  response_engine: Engine;
  voice_id: string;
  /** The version it was branched from. */
  base_version: number | null;
  version_title: string | null;
  /** Environments, such as `prod`, whose calls use this version. */
  assigned_tags: string[];
  /** Number of this publication of the agent; 0 for a draft. */
  published: number;
}

export interface Agent {
  agent_id: string;
  /** The newest last. */
  versions: AgentVersion[];
}

export interface BrainVersion extends Version {
  prompt: string | null;
  knowledge_base_ids: string[] | null;
}

/** An agent's engine and its bases. It is versioned with the agent. */
export interface Brain {
  id: string;
  versions: BrainVersion[];
}

/** A number of another provider that Retell knows. */
export interface KnownNumber {
  phone_number: string;
  nickname: string | null;
  inbound_agents: { agent_id: string; weight: number; agent_version?: string | number }[] | null;
  termination_uri: string;
  auth_username: string | null;
  auth_password: string | null;
  transport: string;
  last_modification_timestamp: number;
}

export interface RetellAccount {
  apiKey: string;
  name: string;
  bases: Record<string, Base>;
  agents: Record<string, Agent>;
  llms: Record<string, Brain>;
  flows: Record<string, Brain>;
  /** Absent in accounts stored before the sandbox had numbers. */
  numbers?: Record<string, KnownNumber>;
}
