import { type DocumentedError, rowsByStatus } from '../../ports/index.ts';

/** Our names of calls to Retell: a knowledge base, an agent with its versions, and its engine (language model or flow). */
export type RetellCall =
  | 'checkKey'
  | 'listBases'
  | 'createBase'
  | 'readBase'
  | 'removeBase'
  | 'readAgent'
  | 'readTags'
  | 'listVersions'
  | 'createVersion'
  | 'publishVersion'
  | 'deleteVersion'
  | 'readEngine'
  | 'changeEngine'
  | 'changeNumber'
  | 'importNumber'
  | 'forgetNumber';

/** Our code for the one error that Retell distinguishes only by its words. */
export const PUBLISHED = 'published';

/** Retell's description of each status. */
const words = {
  400: 'Invalid request format, please check API reference.',
  401: 'API key is missing or invalid.',
  402: 'Trial has ended, please add payment method.',
  403: 'Forbidden',
  404: 'The requested resource was not found.',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Cannot find requested asset under given api key.',
  429: 'Account rate limited, please throttle your requests.',
  500: 'An unexpected server error occurred.',
} as const;
type Status = keyof typeof words;
type Row = DocumentedError<RetellCall>;

const rows = rowsByStatus<RetellCall, Status>(words);

/** Errors that the agency must solve before Retell works for it again. */
const refused = (meaning: Omit<Row, 'status' | 'says' | 'agency' | 'fault'>): Row[] => [
  ...rows([401], { ...meaning, fault: 'agency', agency: 'voice.key_refused' }),
  ...rows([402], { ...meaning, fault: 'agency', agency: 'voice.unpaid' }),
  ...rows([403], { ...meaning, fault: 'agency', agency: 'voice.forbidden' }),
];

/** The object is missing or the request is meaningless; the status differs from call to call. */
const MISSING = [400, 404, 422] as const;
const BUSY = [429, 500] as const;
const making = ['listBases', 'createBase'] as const;
/** All calls that say who answers a number. */
const numbering = ['changeNumber', 'importNumber', 'forgetNumber'] as const;
/** All calls that give bases to an agent. */
const onAgents = ['readAgent', 'readTags', 'listVersions', 'createVersion', 'publishVersion', 'readEngine', 'changeEngine'] as const;

/** Every error in Retell's description, for all calls. The description does not list them per call. */
export const retellErrors: readonly Row[] = [
  // A key that is being connected: the caller reads the reason at once.
  ...rows([401, 403], {
    calls: ['checkKey'],
    lasts: 'definite',
    fault: 'agency',
    person: 'account.invalid_credentials',
    undone: 'nothing',
  }),
  ...rows([402], { calls: ['checkKey'], lasts: 'definite', fault: 'agency', person: 'account.unpaid', undone: 'nothing' }),

  // A new source fails, and its credits return.
  ...refused({ calls: making, lasts: 'definite', person: 'voice.refused', undone: 'order' }),
  ...rows([400, 413, 415, 422], {
    calls: ['createBase'],
    lasts: 'definite',
    fault: 'client',
    person: 'knowledge.processing_failed',
    undone: 'order',
  }),
  ...rows(MISSING, { calls: ['listBases'], lasts: 'definite', fault: 'platform', person: 'voice.refused', undone: 'order' }),
  ...rows([404], { calls: ['createBase'], lasts: 'definite', fault: 'platform', person: 'voice.refused', undone: 'order' }),

  // A source that Retell has taken stays there while the agency repairs its account. It is asked again, and after a day the credits return.
  ...refused({ calls: ['readBase'], lasts: 'passing', person: 'voice.refused', undone: 'nothing' }),
  ...rows(MISSING, { calls: ['readBase'], lasts: 'definite', fault: 'agency', person: 'knowledge.processing_failed', undone: 'order' }),

  // A removal is repeated by itself; a missing base counts as removed.
  ...refused({ calls: ['removeBase'], lasts: 'passing', person: null, undone: 'nothing' }),
  ...rows(MISSING, { calls: ['removeBase'], lasts: 'definite', fault: 'agency', person: null, undone: 'nothing' }),
  ...rows(BUSY, { calls: ['removeBase'], lasts: 'passing', fault: 'provider', person: null, undone: 'nothing' }),

  // A missing agent uses nothing. If somebody publishes it during the change, the change starts anew.
  ...['Cannot update published LLM', 'Cannot update published conversation flow'].flatMap((says) =>
    rows([400, 422], {
      calls: ['changeEngine'],
      code: PUBLISHED,
      lasts: 'passing',
      fault: 'agency',
      person: 'voice.provider_unavailable',
      undone: 'step',
    }).map((row) => ({ ...row, says })),
  ),
  ...refused({ calls: onAgents, lasts: 'definite', person: 'voice.refused', undone: 'step' }),
  // An account without environments has none that points to another version.
  ...rows(MISSING, { calls: ['readTags'], lasts: 'definite', fault: 'provider', person: null, undone: 'nothing' }),
  ...rows(MISSING, {
    calls: ['readAgent', 'listVersions', 'readEngine'],
    lasts: 'definite',
    fault: 'agency',
    person: 'agent.not_found',
    undone: 'step',
  }),
  ...rows(MISSING, {
    calls: ['createVersion', 'publishVersion', 'changeEngine'],
    lasts: 'definite',
    fault: 'agency',
    person: 'voice.refused',
    agency: 'voice.agent_refused',
    undone: 'step',
  }),

  // A number that is unknown is imported; a number or agent that cannot be, leads nowhere.
  ...refused({ calls: numbering, lasts: 'definite', person: 'number.not_connected', undone: 'step' }),
  ...rows(MISSING, { calls: ['changeNumber', 'forgetNumber'], lasts: 'definite', fault: 'provider', person: null, undone: 'nothing' }),
  ...rows(MISSING, { calls: ['importNumber'], lasts: 'definite', fault: 'agency', person: 'number.not_connected', undone: 'step' }),
  ...rows(BUSY, { calls: numbering, lasts: 'passing', fault: 'provider', person: 'voice.provider_unavailable', undone: 'step' }),

  // A draft of ours that stays harms nobody.
  ...rows([401, 402, 403, ...MISSING, ...BUSY], {
    calls: ['deleteVersion'],
    lasts: 'passing',
    fault: 'provider',
    person: null,
    undone: 'nothing',
  }),

  ...rows(BUSY, {
    calls: ['checkKey', ...making, 'readBase'],
    lasts: 'passing',
    fault: 'provider',
    person: 'voice.provider_unavailable',
    undone: 'nothing',
  }),
  ...rows(BUSY, { calls: onAgents, lasts: 'passing', fault: 'provider', person: 'voice.provider_unavailable', undone: 'step' }),
];
