import type { ErrorEntry } from './entry.ts';

export const knowledgeErrors = {
  'agent.not_found': { status: 404, type: 'not_found', message: 'There is no such agent.' },
  'knowledge.active_refused': {
    status: 422,
    type: 'invalid_request',
    message:
      'This file is locked, or holds a web page, a script or another file. Save its words alone, such as by printing it to a PDF, and try again.',
  },
  'knowledge.archive_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This document is packed in a way that cannot be read safely. Save it again and try once more.',
  },
  'knowledge.hash_differs': { status: 409, type: 'conflict', message: 'The file has changed since it was chosen. Choose it again.' },
  'knowledge.part_misplaced': { status: 409, type: 'conflict', message: 'Go on from byte {expected}.', values: { expected: 'number' } },
  'knowledge.partly_read': { status: 422, type: 'invalid_request', message: 'Parts of this could not be read. Your agents know the rest.' },
  'knowledge.processing_failed': {
    status: 422,
    type: 'invalid_request',
    message: 'This could not be read. Nothing was charged for it in the end. Check it and try again.',
  },
  'knowledge.quarantined': {
    status: 422,
    type: 'invalid_request',
    message: 'This file was not found safe, so nobody can use it. Nothing was charged. Try again later, or delete it.',
  },
  'knowledge.references_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This document loads something from elsewhere, such as a linked picture or an embedded file. Save it as a PDF and try again.',
  },
  'knowledge.storage_full': {
    status: 403,
    type: 'permission',
    message: 'There is not enough room left for this. Delete something or choose a larger plan.',
  },
  'knowledge.too_large': { status: 413, type: 'invalid_request', message: 'A file may have at most 20 MB.' },
  'knowledge.too_many': { status: 422, type: 'invalid_request', message: 'Add at most {max} at a time.', values: { max: 'count' } },
  'knowledge.type_refused': {
    status: 415,
    type: 'invalid_request',
    message: 'Only PDF, Word (docx), text, Markdown and CSV files can be added.',
  },
  'knowledge.url_blocked': { status: 422, type: 'invalid_request', message: 'This address cannot be read. Give a public https page.' },
  'source.not_failed': { status: 409, type: 'conflict', message: 'Only what has failed can be tried again.' },
  'source.not_found': { status: 404, type: 'not_found', message: 'There is no such source.' },
  'source.not_ready': { status: 409, type: 'conflict', message: 'This is not ready yet.' },
  'voice.not_configured': { status: 503, type: 'unavailable', message: 'Knowledge is not set up yet. Please contact support.' },
  'voice.refused': {
    status: 503,
    type: 'unavailable',
    message: 'This is not possible at the moment. Nothing was charged. Try again later, or contact support.',
  },
  'voice.provider_unavailable': {
    status: 503,
    type: 'unavailable',
    message: 'The knowledge service does not answer. Nothing was charged; please try again.',
  },
} as const satisfies Record<string, ErrorEntry>;
