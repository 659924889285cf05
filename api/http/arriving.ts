import type { Request } from 'express';
import { addressOfCaller } from './address.ts';
import { callerName } from './caller.ts';
import { type Caller, kindOf } from './callers/index.ts';

/** A connection counts at least this much, whatever it announces. */
const BYTES_MIN = 16 * 1024;
/** A sender at this pace delays nobody. Bytes per millisecond. */
const PACE = 16;

interface Body {
  req: Request;
  /** Announced size. */
  bytes: number;
  /** The shares that it uses: of its address, and of the agency it is sent to. */
  shares: readonly string[];
  startedAt: number;
  /** Bytes of the connection before this body. */
  before: number;
}

/** Arriving bodies, by sender. Senders of webhooks are unknown, and visitors only by their page, so those share. */
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
  // Multiplied, so that a sender beside stalling ones does not weigh as much as they do.
  const weight = (body: Body) => body.shares.reduce((product, share) => product * (taken.get(share) ?? 0), idleMs(body));
  const heaviest = [...bodies].map((body) => ({ body, weight: weight(body) })).sort((one, other) => other.weight - one.weight);
  for (const { body } of heaviest) {
    if (bytes <= bytesMax) return;
    bytes -= body.bytes;
    bodies.delete(body);
    body.req.destroy();
  }
}

/** Returns how long it has used its place beyond the time for its bytes. */
const idleMs = ({ req, startedAt, before }: Body): number =>
  Math.max(1, performance.now() - startedAt - (req.socket.bytesRead - before) / PACE);
