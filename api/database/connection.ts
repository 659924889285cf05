// The class is the driver's own and not among its exports. It must be the one that mongoose brings along, so the driver is no dependency
// of ours beside it.
import { Connection } from 'mongodb/lib/cmap/connection.js';

/**
 * A connection that never waits for a socket that is gone. The driver waits for `drain` after a write that did not fit, and takes a write
 * into a socket that the server has just closed for one: neither `drain` nor `error` comes then, and whoever waits, waits for ever. Where
 * that is the driver's monitor, the process does not see the database come back. Woken up, the driver finds that the connection is closed,
 * and says so.
 */
export class WakingConnection extends Connection {
  constructor(...[socket, options]: ConstructorParameters<typeof Connection>) {
    super(socket, options);
    socket.once('close', () => socket.emit('drain')); // after the driver's own listener, which notes the error to throw
  }
}
