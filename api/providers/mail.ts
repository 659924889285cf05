import type { Transporter } from 'nodemailer';
import { MailError, type Mailer } from '../ports/index.ts';
import { abortedAfter } from '../rules/patience.ts';

/** A server that is silent for longer is given up on; the mail is tried again later. */
const SILENCE_MS = 15_000;
/** A server that goes on for longer, word by word, as well. */
const MAIL_MS = 60_000;

/**
 * The library is read when the first mail goes out: a start does without it.
 * @param smtpUrl e.g. `smtps://user:password@mail.example.com`; where it is missing, no mail leaves
 * @param silenceMs how long the server may be silent
 * @param mailMs how long one mail may take as a whole
 */
export function createMailer(smtpUrl: string | undefined, { silenceMs = SILENCE_MS, mailMs = MAIL_MS } = {}): Mailer {
  if (smtpUrl === undefined) return { send: () => Promise.reject(new MailError('away', 'SMTP_URL is not set')) };
  const server = serverAt(smtpUrl, silenceMs);
  let transport: Transporter | undefined;
  return {
    async send(mail) {
      transport ??= (await import('nodemailer')).createTransport(server);
      const signal = abortedAfter(mailMs);
      try {
        await transport.sendMail({ ...mail, signal, xMailer: false, headers: { 'Auto-Submitted': 'auto-generated' } });
      } catch (error) {
        throw asMailError(error as SmtpError);
      }
    },
  };
}

/** What the library tells of a failure. */
interface SmtpError extends Error {
  code?: string;
  /** The step of the conversation, such as `RCPT TO`; `API` where it did not come to one. */
  command?: string;
  response?: string;
  responseCode?: number;
}

/** The server closes the connection, whatever was said before. */
const CLOSING = 421;

/** Codes of what is wrong with one mail, and not with the way to the server. */
const aboutMail = ['EENVELOPE', 'EMESSAGE'];

function asMailError({ code = 'no code', command, response = '', responseCode }: SmtpError): MailError {
  const said = responseCode === undefined ? code : String(responseCode);
  if (!aboutMail.includes(code) || responseCode === CLOSING) return new MailError('away', said);
  // An address that cannot be written into a conversation, or one that the server says no to for good. A policy (5.7) is about us: who we are,
  // where we send from. That can be mended, and a mistake in it must not cost every mail. So is what it says to our own address.
  const isNo = responseCode !== undefined && responseCode >= 500 && !/^5\d\d[ -]5\.7\./.test(response) && command !== 'MAIL FROM';
  return new MailError(command === 'API' || isNo ? 'refused' : 'later', said);
}

function serverAt(smtpUrl: string, silenceMs: number) {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  return {
    host: hostname,
    ...(port !== '' && { port: Number(port) }),
    secure: protocol === 'smtps:',
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    // Mails are text that we wrote: nothing in them may make the sender read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
