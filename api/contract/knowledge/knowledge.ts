import { z } from 'zod';
import { spellAddress } from '../../rules/spelling.ts';
import { blocked, funds } from '../funds.ts';
import type { Operation } from '../operation.ts';
import { because, cents, currency, id, instant, line, millis, prose, told } from '../values.ts';

/** The largest file, in bytes. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024;
/** Bytes of a file in one request. */
export const PART_BYTES_MAX = 1024 * 1024;
/** Sources that can be added at once. */
export const SOURCES_AT_ONCE = 20;
/** Longest typed or pasted text, in characters. */
const TEXT_MAX = 200_000;

/** Text that one request can add. */
const ITEMS_BYTES_MAX = 1024 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, because({ reason: 'hash_malformed' }));

/** A source to add. The browser sends a file's name, size and hash before its bytes. */
const item = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), name: z.string().min(1).max(255), bytes: z.int().min(0), hash: sha256 }),
  z.strictObject({ kind: z.literal('text'), name: line(120), text: prose(TEXT_MAX) }),
  z.strictObject({ kind: z.literal('url'), url: z.string().overwrite(spellAddress).min(1).max(2000) }),
]);

/** Any number is accepted here, so that our own sentence refuses too many. */
const items = z.array(item).min(1).max(200);

/**
 * uploading: its bytes are on their way · checking: its content is looked at · quarantined: it was not found clean, so it is kept
 * from everybody until it is tried again, and found clean then, or deleted ·
 * processing: the provider has it and works · ready: with a reason where only parts of it could be read · failed: with a reason, and nothing was charged for it in the end · removing.
 */
const sourceState = z.enum(['uploading', 'checking', 'quarantined', 'processing', 'ready', 'failed', 'removing']);

export const source = z.strictObject({
  id: id('src'),
  kind: z.enum(['file', 'text', 'url']),
  name: z.string(),
  type: z.string().nullable().describe('What the content is: pdf, docx, txt, md, csv, html.'),
  bytes: z.int().min(0),
  receivedBytes: z.int().min(0).describe('How much of a file has arrived: an upload that was cut goes on from there.'),
  state: sourceState,
  reason: told.nullable(),
  priceMillis: millis.describe('What it cost; 0 where it was free or was given back.'),
  orderId: z.string().nullable(),
  agentIds: z.array(z.string()),
  addedAt: instant,
});

/** The state of an agent's version at the provider that uses the bases. */
export const agentVersion = z.strictObject({
  version: z.int().min(0),
  state: z
    .enum(['live', 'published', 'draft'])
    .describe(
      '`live`: calls get it. `published`: calls by an environment of the provider, such as `prod`, get it once that is moved there. ' +
        '`draft`: the agent was never published.',
    ),
});

const attached = z.strictObject({
  ...source.shape,
  agentVersion: agentVersion
    .nullable()
    .describe('The version of the agent that knows it; null where the provider has no such agent any more.'),
});

const quoted = z.strictObject({
  name: z.string(),
  kind: z.enum(['file', 'text', 'url']),
  priceMillis: millis,
  free: z.boolean().describe('Taken from the free allowance.'),
  duplicate: z.boolean().describe('It is there already, or twice in this list: it is neither sent nor charged.'),
  problem: told.nullable().describe('Why it cannot be added.'),
});

export const quote = z.strictObject({
  items: z.array(quoted),
  totalMillis: millis,
  totalCents: cents,
  currency,
  freeLeft: z.int().min(0).describe('How much of the free allowance is left after these.'),
  shortMillis: millis.describe('The same as `funds.missingMillis`; 0 for the agency itself.'),
  funds: funds.optional().describe("What the client can pay. Left out for the agency's own knowledge, which costs no credits."),
});

/** Why a file is refused for its name. */
const nameErrors = [
  'knowledge.name_malformed',
  'knowledge.name_misleading',
  'knowledge.name_too_long',
  'knowledge.name_unseen',
  'knowledge.type_refused',
] as const;

/** Why a file is refused for its content. */
export const contentErrors = [
  'knowledge.active_refused',
  'knowledge.appended',
  'knowledge.archive_refused',
  'knowledge.attachment_refused',
  'knowledge.control_refused',
  'knowledge.cut_off',
  'knowledge.embedded_refused',
  'knowledge.empty',
  'knowledge.encoding_refused',
  'knowledge.locked',
  'knowledge.macro_refused',
  'knowledge.old_word',
  'knowledge.pdf_unreadable',
  'knowledge.references_refused',
  'knowledge.type_refused',
] as const;

const used = z.strictObject({ used: z.int().min(0), most: z.int().min(0).nullable() });
const ofClient = { clientId: id('cli').optional().describe("The agency's server names the client, or nobody for its own.") };
const one = z.strictObject({ sourceId: id('src'), ...ofClient });
const callers = { client: 'knowledge:write', agency: 'knowledge:write' } as const;

export const knowledgeOperations = {
  'knowledge.quote': {
    summary: 'What these sources would cost, to the milli-credit, before anything is sent: duplicates and the free allowance counted.',
    method: 'POST',
    bodyBytesMax: ITEMS_BYTES_MAX,
    callers,
    // Each may bring a mebibyte to check.
    limits: [{ per: ['caller'], count: 60, seconds: 60 }],
    input: z.strictObject({ items, ...ofClient }),
    example: { items: [{ kind: 'text', name: 'Opening hours', text: 'We are open from 9 to 5.' }] },
    output: quote,
    errors: ['client.not_found', 'client.deleted', 'feature.locked', 'voice.not_configured'],
  },
  'knowledge.add': {
    summary:
      'Adds sources at the price that was quoted. It is set aside first; nothing is stored where it is not there. Files then wait for their bytes. ' +
      'Pages are read before, in their order and up to the first that cannot be: 200 an hour for a client, and 2,000 for all of an agency.',
    method: 'POST',
    bodyBytesMax: ITEMS_BYTES_MAX,
    callers,
    repeatable: true,
    closable: true,
    // Each may read twenty foreign pages.
    limits: [{ per: ['caller'], count: 120, seconds: 600, shared: true }],
    input: z.strictObject({ items, totalMillis: millis.describe('What the quote said.'), ...ofClient }),
    example: { items: [{ kind: 'text', name: 'Opening hours', text: 'We are open from 9 to 5.' }], totalMillis: 0 },
    output: z.strictObject({
      sources: z.array(source.nullable()).describe('One for each item; null for a duplicate, which is not added.'),
    }),
    errors: [
      'client.not_found',
      'client.deleted',
      'feature.locked',
      'plan.limit',
      'credits.insufficient',
      'quote.changed',
      'knowledge.too_many',
      'knowledge.too_large',
      'knowledge.empty',
      ...nameErrors,
      'knowledge.url_blocked',
      'knowledge.storage_full',
      'voice.not_configured',
    ],
  },
  'knowledge.upload': {
    summary: 'Takes the next part of a file, up to 1 MiB of bytes from `offset` on. Parts come in order; the same part again is fine.',
    method: 'POST',
    body: 'bytes',
    bodyBytesMax: PART_BYTES_MAX,
    callers,
    // A client that adds as many files as allowed sends all parts within minutes.
    limits: [{ per: ['caller'], count: 1200, seconds: 60 }],
    input: z.strictObject({ sourceId: id('src'), offset: z.coerce.number().pipe(z.int().min(0).max(FILE_BYTES_MAX)) }),
    example: { sourceId: 'src_example', offset: 0 },
    output: source,
    errors: ['source.not_found', 'knowledge.part_misplaced', 'knowledge.too_large', 'knowledge.hash_differs', ...contentErrors],
  },
  'knowledge.list': {
    summary: 'The sources, the newest first, and how much of the limits they use.',
    method: 'GET',
    callers: { client: 'knowledge:read', agency: 'clients:read' },
    input: z.strictObject(ofClient),
    example: {},
    output: z.strictObject({
      sources: z.array(source),
      count: used,
      storageBytes: used,
      free: used.describe('The free allowance.'),
      blocked: blocked.nullable().optional().describe('Why no source can be added now. Null: it can.'),
    }),
    errors: ['client.not_found'],
  },
  'knowledge.retry': {
    summary: 'Tries a failed source again, from what was uploaded, and looks anew at one that is held back. It is paid once in the end.',
    method: 'POST',
    callers,
    repeatable: true,
    closable: true,
    // Each sends the whole source to the provider again.
    limits: [{ per: ['caller'], count: 120, seconds: 600, shared: true }],
    input: one,
    example: { sourceId: 'src_example' },
    output: source,
    errors: [
      'client.not_found',
      'client.deleted',
      'feature.locked',
      'source.not_found',
      'source.not_failed',
      'credits.insufficient',
      'voice.not_configured',
    ],
  },
  'knowledge.remove': {
    summary: 'Deletes a source, here and at the provider; one that is still uploading is cancelled and costs nothing.',
    method: 'POST',
    callers,
    input: one,
    example: { sourceId: 'src_example' },
    output: z.strictObject({
      removed: z.boolean().describe('False where that goes on by itself, because the provider does not answer; it ends within a day.'),
    }),
    errors: ['source.not_found'],
  },
  'knowledge.attach': {
    summary:
      'Lets an agent use a source. Where the agent is published at the provider, a new version is made of what calls get, and published; ' +
      "the agency's own drafts there learn it too, and stay drafts.",
    method: 'POST',
    callers,
    input: z.strictObject({ sourceId: id('src'), agentId: id('agt'), ...ofClient }),
    example: { sourceId: 'src_example', agentId: 'agt_example' },
    output: attached,
    errors: [
      'source.not_found',
      'source.not_ready',
      'agent.not_found',
      'voice.provider_unavailable',
      'voice.not_configured',
      'voice.refused',
    ],
  },
  'knowledge.detach': {
    summary: 'An agent no longer uses a source, in the same way.',
    method: 'POST',
    callers,
    input: z.strictObject({ sourceId: id('src'), agentId: id('agt'), ...ofClient }),
    example: { sourceId: 'src_example', agentId: 'agt_example' },
    output: attached,
    errors: ['source.not_found', 'agent.not_found', 'voice.provider_unavailable', 'voice.not_configured', 'voice.refused'],
  },
  'knowledge.costs': {
    summary: 'What the provider takes from the agency for all sources of it and its clients. Its first ten are free.',
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ sources: z.int().min(0), providerFree: z.int().min(0), billed: z.int().min(0) }),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
