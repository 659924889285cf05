import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Operation } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';

const BODY_BYTES_MAX = 100 * 1024;
const DEPTH_MAX = 32;

const json = (limit: number) => express.json({ limit, type: 'application/json', strict: false });
const usualJson = json(BODY_BYTES_MAX);
const text = express.text({ limit: BODY_BYTES_MAX, type: 'text/plain' });

const SIGNED_BYTES_MAX = 1024 * 1024;
/** What a connection takes at least, whatever it says. */
const SIGNED_BYTES_MIN = 16 * 1024;
/** How much of signed bodies is on its way at a time. */
const ARRIVING_BYTES_MAX = 64 * 1024 * 1024;
const raw = express.raw({ limit: SIGNED_BYTES_MAX, type: () => true, inflate: false });
const arriving = new Map<Request, number>();

/**
 * The signed bytes of a provider, before anything parses them. Until they are all there anybody may have sent them, so what is kept of them is
 * bounded; where it is too much the oldest is cut off, because a provider sends an event in one go.
 */
export async function readBytes(req: Request, res: Response): Promise<Buffer> {
  const length = Number(req.headers['content-length'] ?? SIGNED_BYTES_MAX);
  arriving.set(req, Math.max(SIGNED_BYTES_MIN, Math.min(length, SIGNED_BYTES_MAX)));
  let bytes = [...arriving.values()].reduce((sum, each) => sum + each, 0);
  for (const [oldest, its] of arriving) {
    if (bytes <= ARRIVING_BYTES_MAX) break;
    arriving.delete(oldest);
    oldest.destroy();
    bytes -= its;
  }
  try {
    await run(raw, req, res);
  } finally {
    arriving.delete(req);
  }
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

/**
 * A part of a file. One that is too large is refused by what its headers say, before a byte of it is read.
 * @returns the input too, which stands in the address
 */
export async function readPart(
  req: Request,
  res: Response,
  { bodyBytesMax = BODY_BYTES_MAX }: Operation,
): Promise<{ input: unknown; bytes: Buffer }> {
  if (!req.is('application/octet-stream')) refuse('body.unsupported');
  await run(express.raw({ limit: bodyBytesMax, type: () => true, inflate: false }), req, res);
  return { input: inputInAddress(req), bytes: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) };
}

function inputInAddress(req: Request): Record<string, unknown> {
  const { key: _key, ...query } = req.query;
  return { ...query, ...req.params };
}

/** What the caller sent, not yet checked against the operation's schema. */
export async function readInput(req: Request, res: Response, { method, body = 'json', bodyBytesMax }: Operation): Promise<unknown> {
  if (method === 'GET') return inputInAddress(req);
  const isSimple = body === 'simple';
  if (!req.is(isSimple ? 'text/plain' : 'application/json')) refuse('body.unsupported');
  await run(isSimple ? text : bodyBytesMax === undefined ? usualJson : json(bodyBytesMax), req, res);
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
