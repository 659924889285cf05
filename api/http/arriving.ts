import type { Request } from 'express';
import { addressOfCaller } from './address.ts';
import { callerName } from './caller.ts';
import { type Caller, kindOf } from './callers/index.ts';

/** What a connection takes at least, whatever it says. */
const BYTES_MIN = 16 * 1024;
/** Whoever sends as fast as this makes nobody wait. Bytes per millisecond. */
const PACE = 16;

interface Body {
  req: Request;
  /** How large it says to be. */
  bytes: number;
  /** Whose shares it takes: its address's, and that of the agency whose door it came to. */
  shares: readonly string[];
  startedAt: number;
  /** What the connection had brought before. */
  before: number;
}

/** The bodies that are on their way, by who sends them. Nobody is known behind webhooks, and only a page behind a visitor: those share. */
const arriving = new Map<string, Set<Body>>();

/**
 * Reads a body. Until it is whole it lies in memory, so what one caller, or all strangers at a door, may have on their way at a time is
 * bounded. Where it is too much, what keeps most for longest without bringing anything is cut off: a body that comes at a pace stays, and so
 * does a small one of somebody who has no other.
 * @param bytesMax how large the body may be, which is what one counts that does not say
 */
export async function whileArriving(req: Request, caller: Caller, bytesMax: number, read: () => Promise<void>): Promise<void> {
  const name = callerName(caller);
  const bodies = arriving.get(name) ?? new Set<Body>();
  const body = {
    req,
    bytes: Math.max(BYTES_MIN, Math.min(Number(req.headers['content-length'] ?? bytesMax), bytesMax)),
    shares: [`from ${addressOfCaller(req)}`, `to ${req.params.slug ?? ''}`],
    startedAt: performance.now(),
    before: req.socket.bytesRead,
  };
  arriving.set(name, bodies.add(body));
  keepWithin(kindOf(caller).arrivingBytesMax, bodies);
  try {
    await read();
  } finally {
    bodies.delete(body);
    if (bodies.size === 0 && arriving.get(name) === bodies) arriving.delete(name);
  }
}

function keepWithin(bytesMax: number, bodies: Set<Body>): void {
  let bytes = 0;
  const taken = new Map<string, number>();
  for (const body of bodies) {
    bytes += body.bytes;
    for (const share of body.shares) taken.set(share, (taken.get(share) ?? 0) + body.bytes);
  }
  if (bytes <= bytesMax) return;
  // Multiplied, so that who shares a door with those that stall is not weighed like them.
  const weight = (body: Body) => body.shares.reduce((product, share) => product * (taken.get(share) ?? 0), idleMs(body));
  const heaviest = [...bodies].map((body) => ({ body, weight: weight(body) })).sort((one, other) => other.weight - one.weight);
  for (const { body } of heaviest) {
    if (bytes <= bytesMax) return;
    bytes -= body.bytes;
    bodies.delete(body);
    body.req.destroy();
  }
}

/** How long it has kept its place beyond what it brought. */
const idleMs = ({ req, startedAt, before }: Body): number =>
  Math.max(1, performance.now() - startedAt - (req.socket.bytesRead - before) / PACE);
