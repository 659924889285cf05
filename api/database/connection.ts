import { Transform, type TransformCallback } from 'node:stream';
// The class is the driver's own and not among its exports. It must be the one that mongoose brings along, so the driver is no dependency
// of ours beside it.
import { Connection } from 'mongodb/lib/cmap/connection.js';

/** The size of a message, which it begins with, and the rest of its head. */
const SIZE_BYTES = 4;
const HEAD_BYTES = 16;
/** What a server of MongoDB puts into one message at most. */
const MESSAGE_BYTES_MAX = 48_000_000;
/** A message that has begun is there within this time; the driver's patience is with silence alone. */
const MESSAGE_MS = 10_000;

/**
 * A connection that no server can hold up or hurt.
 *
 * It never waits for a socket that is gone. The driver waits for `drain` after a write that did not fit, and takes a write into a socket that
 * the server has just closed for one: neither `drain` nor `error` comes then, and whoever waits, waits for ever. Where that is the driver's
 * monitor, the process does not see the database come back. Woken up, the driver finds that the connection is closed, and says so.
 *
 * What the driver reads goes through `Messages` first, and what it throws of a write is its own error, which names the database: it would hand on
 * what the socket says.
 */
export class GuardedConnection extends Connection {
  constructor(...[socket, options]: ConstructorParameters<typeof Connection>) {
    super(socket, options);
    socket.once('close', () => socket.emit('drain')); // after the driver's own listener, which notes the error to throw
    const messages = new Messages();
    messages.once('error', (error) => socket.destroy(error));
    socket.once('close', () => messages.destroy());
    socket.unpipe(this.messageStream).pipe(messages).pipe(this.messageStream);
  }

  override async writeCommand(...args: Parameters<Connection['writeCommand']>): Promise<void> {
    try {
      await super.writeCommand(...args);
    } catch (error) {
      throw this.error ?? error;
    }
  }
}

/**
 * Passes messages on and breaks off what can be none. The driver believes any size: it keeps two gigabytes and more of what has no end, and
 * loops for ever over a message of no bytes.
 */
class Messages extends Transform {
  /** How much of the message is still to come. */
  #left = 0;
  /** The first bytes of a size that is not whole yet. */
  #begun: Buffer = Buffer.alloc(0);
  #late: NodeJS.Timeout | undefined;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    let next = this.#left;
    if (next <= bytes.length) this.#forget();
    while (next + SIZE_BYTES <= bytes.length) {
      const size = bytes.readInt32LE(next);
      if (size < HEAD_BYTES || size > MESSAGE_BYTES_MAX) {
        done(new Error('the database does not speak its protocol'));
        return;
      }
      next += size;
    }
    this.#left = Math.max(0, next - bytes.length);
    this.#begun = bytes.subarray(next);
    if (next !== bytes.length) this.#late ??= setTimeout(() => this.destroy(new Error('a message of the database has no end')), MESSAGE_MS);
    done(null, chunk);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#forget();
    done(error);
  }

  #forget(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
  }
}
