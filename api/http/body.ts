import express, { type Request, type Response } from 'express';
import type { Operation } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import { whileArriving } from './arriving.ts';
import type { Caller } from './callers/index.ts';
import { parseJson } from './json.ts';

const BODY_BYTES_MAX = 100 * 1024;
const SIGNED_BYTES_MAX = 1024 * 1024;

/** Reads a provider's signed bytes, unparsed and still compressed, because anybody may have sent them. */
export const readBytes = (req: Request, res: Response, caller: Caller): Promise<Buffer> =>
  receive(req, res, caller, { bytesMax: SIGNED_BYTES_MAX, inflate: false });

/**
 * Reads a part of a file. Refuses one that is too large by its headers, before a byte is read.
 * @returns also the input, which is in the address
 */
export async function readPart(
  req: Request,
  res: Response,
  caller: Caller,
  { bodyBytesMax: bytesMax = BODY_BYTES_MAX }: Operation,
): Promise<{ input: unknown; bytes: Buffer }> {
  if (!req.is('application/octet-stream')) refuse('body.unsupported');
  return { bytes: await receive(req, res, caller, { bytesMax, inflate: false }), input: inputInAddress(req) };
}

function inputInAddress(req: Request): Record<string, unknown> {
  const { key: _key, ...query } = req.query;
  return { ...query, ...req.params };
}

/** Reads the input, not yet checked by the operation's schema. */
export async function readInput(
  req: Request,
  res: Response,
  caller: Caller,
  { method, body = 'json', bodyBytesMax: bytesMax = BODY_BYTES_MAX }: Operation,
): Promise<unknown> {
  if (method === 'GET') return inputInAddress(req);
  if (!req.is(body === 'simple' ? 'text/plain' : 'application/json') || !isUtf8(req)) refuse('body.unsupported');
  return parseJson(await receive(req, res, caller, { bytesMax, inflate: true }));
}

/** Tells whether the charset is UTF-8, the only one for JSON. */
function isUtf8(req: Request): boolean {
  const charset = /charset="?([^\s";]*)/i.exec(req.headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

async function receive(
  req: Request,
  res: Response,
  caller: Caller,
  { bytesMax, inflate }: { bytesMax: number; inflate: boolean },
): Promise<Buffer> {
  const parser = express.raw({ limit: bytesMax, type: () => true, inflate });
  const read = () =>
    new Promise<void>((resolve, reject) => {
      parser(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
    });
  await whileArriving(req, caller, bytesMax, read);
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}
