import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Operation } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import { whileArriving } from './arriving.ts';
import type { Caller } from './caller.ts';

const BODY_BYTES_MAX = 100 * 1024;
const DEPTH_MAX = 32;

const json = (limit: number) => express.json({ limit, type: 'application/json', strict: false });
const usualJson = json(BODY_BYTES_MAX);
const text = express.text({ limit: BODY_BYTES_MAX, type: 'text/plain' });
const SIGNED_BYTES_MAX = 1024 * 1024;
const raw = express.raw({ limit: SIGNED_BYTES_MAX, type: () => true, inflate: false });

/** The signed bytes of a provider, before anything parses them. Nothing is unpacked: until then anybody may have sent them. */
export async function readBytes(req: Request, res: Response, caller: Caller): Promise<Buffer> {
  await whileArriving(req, caller, SIGNED_BYTES_MAX, () => run(raw, req, res));
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

/**
 * A part of a file. One that is too large is refused by what its headers say, before a byte of it is read.
 * @returns the input too, which stands in the address
 */
export async function readPart(
  req: Request,
  res: Response,
  caller: Caller,
  { bodyBytesMax = BODY_BYTES_MAX }: Operation,
): Promise<{ input: unknown; bytes: Buffer }> {
  if (!req.is('application/octet-stream')) refuse('body.unsupported');
  const bytes = express.raw({ limit: bodyBytesMax, type: () => true, inflate: false });
  await whileArriving(req, caller, bodyBytesMax, () => run(bytes, req, res));
  return { input: inputInAddress(req), bytes: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) };
}

function inputInAddress(req: Request): Record<string, unknown> {
  const { key: _key, ...query } = req.query;
  return { ...query, ...req.params };
}

/** What the caller sent, not yet checked against the operation's schema. */
export async function readInput(
  req: Request,
  res: Response,
  caller: Caller,
  { method, body = 'json', bodyBytesMax }: Operation,
): Promise<unknown> {
  if (method === 'GET') return inputInAddress(req);
  const isSimple = body === 'simple';
  if (!req.is(isSimple ? 'text/plain' : 'application/json')) refuse('body.unsupported');
  const parser = isSimple ? text : bodyBytesMax === undefined ? usualJson : json(bodyBytesMax);
  await whileArriving(req, caller, bodyBytesMax ?? BODY_BYTES_MAX, () => run(parser, req, res));
  const input = isSimple ? parse(String(req.body)) : req.body;
  if (isDeeper(input, DEPTH_MAX)) refuse('body.too_deep');
  return input;
}

const run = (parser: RequestHandler, req: Request, res: Response) =>
  new Promise<void>((resolve, reject) => {
    parser(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch (cause) {
    return refuse('body.malformed', { cause });
  }
}

/** Looks at one level at a time, because a recursive walk is what deep nesting attacks. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
