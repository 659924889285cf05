import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { refuse } from '../../contract/refusal.ts';
import type { Documents, DocumentType, StoredFile } from '../../ports/index.ts';
import { createPageFinder } from '../../rules/active-content.ts';
import { kindByName } from '../../rules/file-name.ts';
import { areVisible, endsAsPdf, startsAsPdf, startsAsText } from '../../rules/file-type.ts';
import { checkArchive } from './archive.ts';
import { checkPdfContent } from './pdf.ts';
import { windowsOf } from './windows.ts';

const HEAD_BYTES = 1024;
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
    const kind = kindByName(file.name) ?? refuse('knowledge.type_refused');
    await checks[kind](file);
    return kind;
  },
  scan,
});

const checks: Record<DocumentType, (file: StoredFile) => Promise<void>> = {
  async pdf(file) {
    const { head, tail } = await endsOf(file);
    if (!startsAsPdf(head) || !endsAsPdf(tail)) refuse('knowledge.type_refused');
    await checkPdfContent(file);
  },
  docx: checkArchive,
  txt: checkText,
  md: checkText,
  csv: checkText,
};

async function checkText(file: StoredFile): Promise<void> {
  const { head } = await endsOf(file, TEXT_HEAD_BYTES);
  if (file.bytes === 0 || !startsAsText(head)) refuse('knowledge.type_refused');
  const holdsPage = createPageFinder();
  for await (const { text, bytes } of windowsOf(visible(file))) {
    if (holdsPage(text, bytes)) refuse('knowledge.active_refused');
  }
}

async function* visible({ path }: StoredFile): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path)) {
    if (!areVisible(chunk as Buffer)) refuse('knowledge.type_refused');
    yield chunk as Buffer;
  }
}

async function endsOf({ path, bytes }: StoredFile, length = HEAD_BYTES): Promise<{ head: Buffer; tail: Buffer }> {
  const file = await open(path);
  try {
    const read = async (at: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    return { head: await read(0), tail: await read(Math.max(0, bytes - length)) };
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
