import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type Retell from 'retell-sdk';
import { refuse } from '../../contract/refusal.ts';
import type { Base, Material, Voice, VoiceAccess } from '../../ports/index.ts';
import { abortedAfter } from '../../rules/patience.ts';
import { isNothing, requireAgent, setBases } from './agents.ts';
import { answeredByRetell, foundAtRetell, statusOf } from './answers.ts';
import { answerNumber, forgetNumber, RETELL_ADDRESS } from './numbers.ts';

/** SDK clients kept between requests, one per agency. */
const CLIENTS_MAX = 500;
const TIMEOUT_MS = 10_000;
const KEY_REFUSED = [401, 403];
/** Long enough for a file of 20 MB. */
const UPLOAD_TIMEOUT_MS = 60_000;
/** Ten times as large as an account's list of knowledge bases. */
const BYTES_MAX = 20 * 1024 * 1024;

/** @param apiUrl address of Retell, e.g. a sandbox; the real one by default */
export function createVoice({ apiUrl }: { apiUrl?: string | undefined } = {}): Voice {
  const clientOf = createClients(apiUrl);
  /** Nothing is cached, because the agency may change its account at any time: each call asks. */
  return {
    async isKeyGood(access) {
      const retell = await clientOf(access);
      try {
        await answeredByRetell('checkKey', retell.knowledgeBase.list(), isList);
        return true;
      } catch (error) {
        if (KEY_REFUSED.includes(statusOf(error) ?? 0)) return false;
        throw error;
      }
    },
    async findBases(access, name) {
      const retell = await clientOf(access);
      const bases = await answeredByRetell('listBases', retell.knowledgeBase.list(), isList);
      return bases
        .filter(({ knowledge_base_name }) => knowledge_base_name.startsWith(name))
        .map((base) => ({ ...asBase(base), name: base.knowledge_base_name }));
    },
    async createBase(access, name, material) {
      const retell = await clientOf(access);
      // No retries: the SDK would send a file twice that may have arrived. The caller looks for the name first.
      const sent = retell.knowledgeBase.create(
        { knowledge_base_name: name, ...asSources(material) },
        { maxRetries: 0, timeout: UPLOAD_TIMEOUT_MS },
      );
      return asBase(await answeredByRetell('createBase', sent, isBase));
    },
    async readBase(access, baseId) {
      const retell = await clientOf(access);
      return asBase(await answeredByRetell('readBase', retell.knowledgeBase.retrieve(baseId), isBase));
    },
    async removeBase(access, baseId) {
      const retell = await clientOf(access);
      await foundAtRetell('removeBase', retell.knowledgeBase.delete(baseId), isNothing);
    },
    address: RETELL_ADDRESS,
    async answerNumber(access, number) {
      await answerNumber(await clientOf(access), number);
    },
    async forgetNumber(access, number) {
      await forgetNumber(await clientOf(access), number);
    },
    async requireAgent(access, agentId) {
      await requireAgent(await clientOf(access), agentId);
    },
    async setBases(access, agentId, bases) {
      return setBases(await clientOf(access), agentId, bases);
    },
  };
}

const isList = (answer: unknown): boolean => Array.isArray(answer);
const isBase = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'knowledge_base_id' in answer && typeof answer.knowledge_base_id === 'string';

/** Retell's schema leaves `error_messages` out, but its documentation describes it. */
type Told = Retell.KnowledgeBaseResponse & { error_messages?: unknown };

const asBase = (base: Told): Base => ({ id: base.knowledge_base_id, state: stateOf(base) });

/**
 * Returns the state of a base. A base is complete even if none of its sources could be read: it then lists none and has errors. Unknown
 * statuses count as processing.
 */
function stateOf({ status, knowledge_base_sources: sources, error_messages: errors }: Told): Base['state'] {
  if (status === 'error') return 'failed';
  if (status === 'refreshing_in_progress') return 'ready';
  if (status !== 'complete') return 'processing';
  const isWrong = Array.isArray(errors) && errors.length > 0;
  if (sources?.length === 0 || (sources === undefined && isWrong)) return 'failed';
  return isWrong ? 'partly' : 'ready';
}

function asSources(material: Material): Partial<Retell.KnowledgeBaseCreateParams> {
  switch (material.kind) {
    case 'file':
      // A file made of a disk blob is read while it is sent.
      return { knowledge_base_files: [new File([material.file], material.name)] };
    case 'text':
      return { knowledge_base_texts: [{ title: material.name, text: material.text }] };
    case 'url':
      return { knowledge_base_urls: [material.url] };
  }
}

/** The SDK's timeout ends with the headers. This one covers the body as well, and limits its size. */
const fetchInTime: typeof fetch = async (address, init) => {
  const patienceMs = init?.body instanceof FormData ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS;
  const answer = await fetch(address, { ...init, signal: abortedAfter(patienceMs, ...(init?.signal ? [init.signal] : [])) });
  return answer.body ? new Response(answer.body.pipeThrough(atMost(BYTES_MAX)), answer) : answer;
};

function atMost(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) controller.error(new Error('the answer is too long'));
      else controller.enqueue(chunk);
    },
  });
}

/** Keeps one SDK client per key. Loads the SDK when the first agency needs it. */
function createClients(apiUrl: string | undefined): (access: VoiceAccess) => Promise<Retell> {
  const clients = new LRUCache<string, Retell>({ max: CLIENTS_MAX });
  return async ({ apiKey }) => {
    const name = createHash('sha256').update(apiKey).digest('base64url'); // so that the cache shows no keys
    const known = clients.get(name);
    if (known) return known;
    const { default: Sdk } = await import('retell-sdk').catch((cause: unknown) => refuse('voice.provider_unavailable', { cause }));
    const client = new Sdk({
      apiKey,
      timeout: TIMEOUT_MS,
      maxRetries: 2,
      logLevel: 'off',
      fetch: fetchInTime,
      ...(apiUrl !== undefined && { baseURL: apiUrl }),
    });
    clients.set(name, client);
    return client;
  };
}
