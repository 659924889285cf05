import type { Transporter } from 'nodemailer';
import type { Mailer } from '../domain/ports.ts';

/** A server that is silent for longer is given up on; the mail is tried again later. */
const SILENCE_MS = 15_000;

/**
 * The library is read when the first mail goes out: a start does without it.
 * @param smtpUrl e.g. `smtps://user:password@mail.example.com`; where it is missing, mails wait in the outbox
 */
export function createMailer(smtpUrl: string | undefined): Mailer {
  if (smtpUrl === undefined) return { send: () => Promise.reject(new Error('SMTP_URL is not set')) };
  const server = serverAt(smtpUrl);
  let transport: Transporter | undefined;
  return {
    async send(mail) {
      transport ??= (await import('nodemailer')).createTransport(server);
      await transport.sendMail({ ...mail, xMailer: false, headers: { 'Auto-Submitted': 'auto-generated' } });
    },
  };
}

function serverAt(smtpUrl: string) {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  return {
    host: hostname,
    ...(port !== '' && { port: Number(port) }),
    secure: protocol === 'smtps:',
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    // Mails are text that we wrote: nothing in them may make the sender read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
