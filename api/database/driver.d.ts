declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';
  import type { Transform } from 'node:stream';

  /** Made by the driver for each socket, where its option `connectionType` names no other class. */
  export class Connection {
    /** Where the driver reads what the socket, piped to it, brings. */
    protected readonly messageStream: Transform;
    /** Why it was closed, in the driver's own words. */
    protected readonly error: Error | null;
    constructor(socket: Socket, options: unknown);
    protected writeCommand(command: unknown, options: unknown): Promise<void>;
  }
}
