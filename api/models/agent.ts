import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

type AgentVersion = NonNullable<Output<'agents.list'>['agents'][number]['version']>;

/** An agent of the agency's voice account, assigned to a client. */
export interface Agent {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  providerAgentId: string;
  name: string;
  /** The version at the provider that was last given bases; absent before the first. */
  version?: AgentVersion;
  createdAt: Date;
}

const schema = new Schema<Agent>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    providerAgentId: { type: String, required: true },
    name: { type: String, required: true },
    version: { type: Schema.Types.Mixed },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, providerAgentId: 1 }, { unique: true });
schema.index({ agencyId: 1, world: 1, clientId: 1 });
const AgentModel = model('Agent', schema);

/**
 * Assigns an agent to a client, or renames the client's agent.
 * @returns 'taken' if it belongs to another client
 */
export async function saveAgent(
  scope: ClientScope,
  agent: Pick<Agent, '_id' | 'providerAgentId' | 'name' | 'createdAt'>,
): Promise<Agent | 'taken'> {
  const { _id, providerAgentId, name, createdAt } = agent;
  try {
    return await AgentModel.findOneAndUpdate(
      { ...within(scope), clientId: scope.clientId, providerAgentId },
      { $set: { name }, $setOnInsert: { _id, createdAt } },
      { upsert: true, returnDocument: 'after' },
    )
      .lean<Agent>()
      .orFail()
      .exec();
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    return 'taken';
  }
}

export async function noteVersion(agent: Agent, version: AgentVersion): Promise<void> {
  await AgentModel.updateOne({ ...within(agent), _id: agent._id }, { $set: { version } });
}

/** @param scope the agency's for all its agents, or a client's for that client's own */
export const findAgent = (scope: AgencyScope | ClientScope, id: string): Promise<Agent | null> =>
  AgentModel.findOne({ ...visibleTo(scope), _id: id })
    .lean()
    .exec();

export const readAgents = (scope: ClientScope): Promise<Agent[]> =>
  AgentModel.find({ ...within(scope), clientId: scope.clientId })
    .sort({ createdAt: 1 })
    .limit(200)
    .lean()
    .exec();
