declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  /** Made by the driver for each socket, where its option `connectionType` names no other class. */
  export class Connection {
    constructor(socket: Socket, options: unknown);
  }
}
