import type { ErrorEntry } from './entry.ts';

export const knowledgeErrors = {
  'agent.not_found': { status: 404, type: 'not_found', message: 'There is no such agent.' },
  'knowledge.active_refused': {
    status: 422,
    type: 'invalid_request',
    message:
      'This file holds a web page, a script or a form that runs. Save its words alone, such as by printing it to a new PDF, and try again.',
  },
  'knowledge.appended': {
    status: 422,
    type: 'invalid_request',
    message: 'Something stands behind the end of this PDF. Print it to a new PDF, and try again.',
  },
  'knowledge.attachment_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This PDF has another file in it, such as the data of an invoice. Print it to a new PDF, and try again.',
  },
  'knowledge.archive_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This document is damaged, or not packed as Word does it. Open it in Word, save it as a PDF, and try again.',
  },
  'knowledge.control_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This text has control characters, which nobody can see. Copy its words into a new text file, and try again.',
  },
  'knowledge.cut_off': { status: 422, type: 'invalid_request', message: 'The end of this PDF is missing. Download or save it again.' },
  'knowledge.embedded_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This document has another file in it, such as the table behind a chart. Save it as a PDF, and try again.',
  },
  'knowledge.empty': { status: 422, type: 'invalid_request', message: 'There is nothing to read in this file. Choose another one.' },
  'knowledge.encoding_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This text is not saved in UTF-8, so its letters cannot be told for sure. Save it again as UTF-8, and try again.',
  },
  'knowledge.hash_differs': { status: 409, type: 'conflict', message: 'The file has changed since it was chosen. Choose it again.' },
  'knowledge.locked': {
    status: 422,
    type: 'invalid_request',
    message: 'This file is locked with a password. Save it without one, and try again.',
  },
  'knowledge.macro_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This document has macros. Save it as a document without macros, or as a PDF, and try again.',
  },
  'knowledge.name_malformed': {
    status: 422,
    type: 'invalid_request',
    message: 'The name of a file cannot have / or \\ in it, or a dot or a blank at either end. Rename the file, and try again.',
  },
  'knowledge.name_misleading': {
    status: 415,
    type: 'invalid_request',
    message: 'The name of this file has the ending of a program or a web page in it. Rename the file, and try again.',
  },
  'knowledge.name_too_long': {
    status: 422,
    type: 'invalid_request',
    message: 'The name of a file may have at most 120 characters. Rename the file, and try again.',
  },
  'knowledge.name_unseen': {
    status: 422,
    type: 'invalid_request',
    message: 'The name of this file has signs that nobody can see. Rename the file, and try again.',
  },
  'knowledge.old_word': {
    status: 415,
    type: 'invalid_request',
    message: 'This is a file of an older Word. Save it as docx or PDF, and try again.',
  },
  'knowledge.part_misplaced': { status: 409, type: 'conflict', message: 'Go on from byte {expected}.', values: { expected: 'number' } },
  'knowledge.partly_read': { status: 422, type: 'invalid_request', message: 'Parts of this could not be read. Your agents know the rest.' },
  'knowledge.pdf_unreadable': {
    status: 422,
    type: 'invalid_request',
    message: 'This PDF is built in a way that cannot be checked. Print it to a new PDF, and try again.',
  },
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
    message: 'This document loads something from elsewhere, such as a linked picture. Save it as a PDF and try again.',
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
