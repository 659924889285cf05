import { createHash } from 'node:crypto';
import busboy from 'busboy';
import type { Request } from 'express';
import type { ReceivedFile } from './core.ts';
import { badRequest } from './refusals.ts';

const fileBytesMost = 50 * 1024 * 1024;
/** Fields whose values are sent as JSON. */
const asJson = new Set(['enable_auto_refresh', 'knowledge_base_texts', 'knowledge_base_urls', 'max_chunk_size', 'min_chunk_size']);

export interface Form {
  body: Record<string, unknown>;
  files: ReceivedFile[];
}

/**
 * Reads a form to its end. Counts and hashes the bytes of files without keeping them.
 * @throws RetellRefusal for an invalid form, or a file over 50 MB
 */
export function readForm(req: Request): Promise<Form> {
  const form: Form = { body: {}, files: [] };
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: req.headers, defParamCharset: 'utf8', limits: { fileSize: fileBytesMost } });
    parser.on('field', (name, value) => {
      try {
        form.body[name] = asJson.has(name) ? JSON.parse(value) : value;
      } catch {
        reject(badRequest(`${name} is not JSON`));
      }
    });
    parser.on('file', (field, stream, { filename }) => {
      const hash = createHash('sha256');
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        hash.update(chunk);
        bytes += chunk.length;
      });
      stream.on('limit', () => reject(badRequest(`${filename} is over 50MB`)));
      stream.on('close', () => {
        if (field !== 'knowledge_base_files') reject(badRequest(`The sandbox does not know the file ${field}`));
        form.files.push({ name: filename ?? '', bytes, sha256: hash.digest('hex') });
      });
    });
    parser.on('close', () => resolve(form));
    parser.on('error', reject);
    // A sender that hangs up half-way has sent nothing.
    req.once('close', () => req.complete || reject(badRequest('The form ends in the middle')));
    req.pipe(parser);
  });
}
