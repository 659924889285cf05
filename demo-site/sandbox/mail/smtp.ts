import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Inbox } from './inbox.ts';

const mailBytesMax = 10 * 1024 * 1024;

/** A mail server that takes every mail from this machine and hands none on. */
export function smtpServer(inbox: Inbox): SMTPServer {
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
        const recipients = session.envelope.rcptTo.map(({ address }) => address.toLowerCase());
        take(inbox, Buffer.concat(chunks), recipients).then(() => done(), done);
      });
    },
  });
  // A sender that hangs up is its own trouble; a taken port is told by whoever listens.
  server.on('error', () => {});
  return server;
}

async function take(inbox: Inbox, raw: Buffer, to: string[]): Promise<void> {
  const mail = await PostalMime.parse(raw);
  inbox.add({ from: written(mail.from), to, subject: mail.subject ?? '', html: mail.html ?? '', text: mail.text ?? '' });
}

function written(from: Address | undefined): string {
  if (!from?.address) return '';
  return from.name ? `${from.name} <${from.address}>` : from.address;
}
