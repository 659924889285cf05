import type { AgentCreateVersionParams, AgentListParams, AgentPublishParams, AgentUpdateParams } from 'retell-sdk/resources/agent';
import type { ConversationFlowUpdateParams } from 'retell-sdk/resources/conversation-flow';
import type { KnowledgeBaseCreateParams } from 'retell-sdk/resources/knowledge-base';
import type { LlmUpdateParams } from 'retell-sdk/resources/llm';
import type { PhoneNumberImportParams, PhoneNumberUpdateParams } from 'retell-sdk/resources/phone-number';

type Nothing = Record<never, never>;
/** Files are parts of their own. */
type Sources = 'knowledge_base_texts' | 'knowledge_base_urls';

/** The supported body of each request, picked from the SDK's types. */
export interface RetellRequests {
  'POST /create-knowledge-base': Pick<
    KnowledgeBaseCreateParams,
    Sources | 'enable_auto_refresh' | 'knowledge_base_name' | 'max_chunk_size' | 'min_chunk_size'
  >;
  'GET /get-knowledge-base/:id': Nothing;
  'GET /list-knowledge-bases': Nothing;
  'DELETE /delete-knowledge-base/:id': Nothing;
  'POST /add-knowledge-base-sources/:id': Pick<KnowledgeBaseCreateParams, Sources>;
  'DELETE /delete-knowledge-base-source/:id/source/:source': Nothing;
  'POST /v2/list-agents': Pick<AgentListParams, 'filter_criteria'>;
  'GET /get-agent/:id': Nothing;
  'PATCH /update-agent/:id': Pick<AgentUpdateParams, 'agent_name' | 'response_engine' | 'version_title' | 'voice_id'>;
  'GET /list-agent-versions/:id': Nothing;
  'POST /create-agent-version/:id': AgentCreateVersionParams;
  'POST /publish-agent-version/:id': AgentPublishParams;
  'DELETE /delete-agent-version/:id': Nothing;
  'GET /get-retell-llm/:id': Nothing;
  'PATCH /update-retell-llm/:id': Pick<LlmUpdateParams, 'general_prompt' | 'knowledge_base_ids'>;
  'GET /get-conversation-flow/:id': Nothing;
  'POST /import-phone-number': Pick<
    PhoneNumberImportParams,
    'inbound_agents' | 'nickname' | 'phone_number' | 'sip_trunk_auth_password' | 'sip_trunk_auth_username' | 'termination_uri' | 'transport'
  >;
  'GET /get-phone-number/:number': Nothing;
  'PATCH /update-phone-number/:number': Pick<
    PhoneNumberUpdateParams,
    'auth_password' | 'auth_username' | 'inbound_agents' | 'nickname' | 'termination_uri' | 'transport'
  >;
  'DELETE /delete-phone-number/:number': Nothing;
  'PATCH /update-conversation-flow/:id': Pick<ConversationFlowUpdateParams, 'global_prompt' | 'knowledge_base_ids'>;
}
