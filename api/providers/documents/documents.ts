import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { refuse } from '../../contract/refusal.ts';
import type { Documents, DocumentType, StoredFile } from '../../ports/index.ts';
import { createPageFinder } from '../../rules/active-content.ts';
import { judgeFileName } from '../../rules/file-name.ts';
import { areVisible, endOfPdf, startsAsPdf, startsAsText, startsAsWideText } from '../../rules/file-type.ts';
import { isReadable } from '../../rules/spelling.ts';
import { checkArchive } from './archive.ts';
import { checkPdfContent } from './pdf.ts';
import { windowsOf } from './windows.ts';

const HEAD_BYTES = 1024;
/** Some writers fill a PDF up with zeros to the end of a block. */
const PDF_TAIL_BYTES = 16 * 1024;
/** Blanks and comments may precede a page. */
const TEXT_HEAD_BYTES = 64 * 1024;

/** The text for testing scanners, in halves so that no scanner reports this file. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));

export interface DocumentOptions {
  /** A real malware scanner. Without one, only the test text is found. */
  scan?: Documents['scan'];
}

export const createDocuments = ({ scan = findTestVirus }: DocumentOptions = {}): Documents => ({
  async recognize(file) {
    const judged = judgeFileName(file.name);
    if ('code' in judged) refuse(judged.code);
    if (file.bytes === 0) refuse('knowledge.empty');
    await checks[judged.kind](file);
    return judged.kind;
  },
  scan,
});

const checks: Record<DocumentType, (file: StoredFile) => Promise<void>> = {
  async pdf(file) {
    const { head, tail } = await endsOf(file, HEAD_BYTES, PDF_TAIL_BYTES);
    if (!startsAsPdf(head)) refuse('knowledge.type_refused');
    const end = endOfPdf(tail);
    if (end !== 'whole') refuse(end === 'cut off' ? 'knowledge.cut_off' : 'knowledge.appended');
    await checkPdfContent(file);
  },
  docx: checkArchive,
  txt: checkText,
  md: checkText,
  csv: checkText,
};

async function checkText(file: StoredFile): Promise<void> {
  const { head } = await endsOf(file, TEXT_HEAD_BYTES);
  if (startsAsWideText(head)) refuse('knowledge.encoding_refused');
  if (!startsAsText(head)) refuse('knowledge.type_refused');
  const holdsPage = createPageFinder();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isBlank = true;
  for await (const { text, bytes } of windowsOf(createReadStream(file.path))) {
    const fresh = Buffer.from(text.slice(-bytes), 'latin1');
    const words = decodeOrRefuse(decoder, fresh);
    isBlank &&= !isReadable(words);
    if (!areVisible(fresh)) refuse('knowledge.control_refused');
    if (holdsPage(text, bytes)) refuse('knowledge.active_refused');
  }
  decodeOrRefuse(decoder);
  if (isBlank) refuse('knowledge.empty');
}

/** A content with zeros is no text. @param bytes the next ones; left out, the text is to be whole */
function decodeOrRefuse(decoder: InstanceType<typeof TextDecoder>, bytes?: Buffer): string {
  if (bytes?.includes(0)) refuse('knowledge.type_refused');
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    return refuse('knowledge.encoding_refused', { cause });
  }
}

async function endsOf({ path, bytes }: StoredFile, length: number, tailLength = length): Promise<{ head: Buffer; tail: Buffer }> {
  const file = await open(path);
  try {
    const read = async (at: number, size: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, at);
      return buffer.subarray(0, bytesRead);
    };
    return { head: await read(0, length), tail: await read(Math.max(0, bytes - tailLength), tailLength) };
  } finally {
    await file.close();
  }
}

async function findTestVirus({ path }: StoredFile): Promise<'clean' | 'infected'> {
  let last = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    // The text may lie across two chunks.
    const seen = Buffer.concat([last, chunk as Buffer]);
    if (seen.includes(EICAR)) return 'infected';
    last = seen.subarray(-EICAR.length);
  }
  return 'clean';
}
