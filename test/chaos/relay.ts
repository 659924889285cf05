import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** A fixed address in front of changing targets: a load balancer, or a way to the database that can be cut. */
export class Relay {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server, targets: () => NetConnectOpts[]) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#keep(socket);
      if (this.#isCut) socket.destroy();
      else this.#pass(socket, targets());
    });
  }

  /** @param targets of a connection, the first that answers gets it; called for each connection */
  static async open(targets: () => NetConnectOpts[]): Promise<Relay> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Relay(server, targets);
  }

  #pass(socket: Socket, [target, ...others]: NetConnectOpts[]): void {
    if (!target || socket.destroyed) return void socket.destroy();
    const behind = connect(target);
    this.#keep(behind);
    const next = () => this.#pass(socket, others);
    behind.once('error', next);
    behind.once('connect', () => {
      behind.off('error', next);
      behind.once('close', () => socket.destroy());
      socket.once('close', () => behind.destroy());
      socket.pipe(behind).pipe(socket);
      socket.resume();
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()); // the other side was killed
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Ends all connections, present and new, until `restore`. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
