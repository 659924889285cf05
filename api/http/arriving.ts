import type { Request } from 'express';
import { type Caller, callerName } from './caller.ts';

const MEBIBYTE = 1024 * 1024;
/** What a connection takes at least, whatever it says. */
const BYTES_MIN = 16 * 1024;

/** The bodies that are on their way, oldest first, and how large they say to be; by who sends them. */
const arriving = new Map<string, Map<Request, number>>();

/**
 * Reads a body. Until it is whole it lies in memory, so what one caller may have on its way at a time is bounded; where it is too much, its
 * oldest is cut off: whoever means it sends a body in one go.
 * @param bytesMax how large the body may be, which is what one counts that does not say
 */
export async function whileArriving(req: Request, caller: Caller, bytesMax: number, read: () => Promise<void>): Promise<void> {
  const name = callerName(caller);
  const bodies = arriving.get(name) ?? new Map<Request, number>();
  arriving.set(name, bodies.set(req, Math.max(BYTES_MIN, Math.min(Number(req.headers['content-length'] ?? bytesMax), bytesMax))));
  let bytes = [...bodies.values()].reduce((sum, each) => sum + each, 0);
  for (const [oldest, its] of bodies) {
    if (bytes <= (caller.kind === 'client' ? 16 : 64) * MEBIBYTE) break;
    bodies.delete(oldest);
    oldest.destroy();
    bytes -= its;
  }
  try {
    await read();
  } finally {
    bodies.delete(req);
    if (bodies.size === 0) arriving.delete(name);
  }
}
