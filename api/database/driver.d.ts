declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';
  import type { Transform } from 'node:stream';

  /** The driver creates one for each socket, unless its option `connectionType` names another class. */
  export class Connection {
    /** The driver reads incoming bytes from here; the socket is piped to it. */
    protected readonly messageStream: Transform;
    /** Why the connection was closed, in the driver's words. */
    protected readonly error: Error | null;
    constructor(socket: Socket, options: unknown);
    protected writeCommand(command: unknown, options: unknown): Promise<void>;
  }
}
