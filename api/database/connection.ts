import { Transform, type TransformCallback } from 'node:stream';
// The driver does not export its class. It must be the driver that mongoose brings, so we do not depend on one ourselves.
import { Connection } from 'mongodb/lib/cmap/connection.js';

/** Size of a message, which begins it, and size of its whole head. */
const SIZE_BYTES = 4;
const HEAD_BYTES = 16;
/** MongoDB's limit for one message. */
const MESSAGE_BYTES_MAX = 48_000_000;
/** A message that has begun must be complete within this time. The driver's timeout only counts silence. */
const MESSAGE_MS = 10_000;

/**
 * A connection that no server can block or damage.
 *
 * It never waits for a closed socket. The driver waits for `drain` after a write that did not fit, and also after a write into a socket
 * that the server has just closed. Then neither `drain` nor `error` comes, and the driver waits forever. If that happens to the driver's
 * monitor, the process never notices that the database is back. Waking it lets the driver find the closed connection and report it.
 *
 * Incoming bytes pass through `Messages` first. A failed write throws the driver's own error, which names the database, instead of the
 * socket's.
 */
export class GuardedConnection extends Connection {
  constructor(...[socket, options]: ConstructorParameters<typeof Connection>) {
    super(socket, options);
    socket.once('close', () => socket.emit('drain')); // after the driver's own listener, which stores the error to throw
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
 * Passes messages on, and closes the connection at an impossible one. The driver believes any size: it buffers two gigabytes and more of an
 * endless message, and loops forever over an empty one.
 */
class Messages extends Transform {
  /** Bytes of the message that are still to come. */
  #left = 0;
  /** The first bytes of an incomplete size. */
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
