import type { Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Faults } from '../faults/faults.ts';
import type { Inbox } from './inbox.ts';

const mailBytesMax = 10 * 1024 * 1024;

/** A mail server that accepts every mail from this machine and forwards none. */
export function smtpServer(inbox: Inbox, faults: Pick<Faults, 'take'>): SMTPServer {
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: mailBytesMax,
    logger: false,
    closeTimeout: 500,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(Object.assign(new Error('This mail is too big.'), { responseCode: 552 }));
        const recipients = session.envelope.rcptTo.map(({ address }) => asSent(address));
        const fate = faults.take('mails', recipients.join(' '))?.kind;
        const hangUp = () => sockets.get(session.remotePort)?.destroy();
        if (fate === 'mail-refused') return done(tryLater());
        if (fate === 'mail-dropped') return hangUp();
        return take(inbox, Buffer.concat(chunks), recipients).then(fate === 'mail-unanswered' ? hangUp : () => done(), done);
      });
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
  });
  // A sender that hangs up is no problem here; the listener reports a taken port.
  server.on('error', () => {});
  return server;
}

/** Returns an address in lower case with its host as it was sent: the server's library shows it in its own script. */
function asSent(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at).toLowerCase() + domainToASCII(address.slice(at));
}

/** The mail is neither accepted nor finally refused. */
const tryLater = () => Object.assign(new Error('Greylisted, please try again later.'), { responseCode: 451 });

async function take(inbox: Inbox, raw: Buffer, to: string[]): Promise<void> {
  const mail = await PostalMime.parse(raw);
  inbox.add({ from: written(mail.from), to, subject: mail.subject ?? '', html: mail.html ?? '', text: mail.text ?? '' });
}

function written(from: Address | undefined): string {
  if (!from?.address) return '';
  return from.name ? `${from.name} <${from.address}>` : from.address;
}
