import type { Transporter } from 'nodemailer';
import { MailError, type Mailer } from '../ports/index.ts';
import { abortedAfter } from '../rules/patience.ts';

/** After so much silence the attempt ends; the mail is tried again later. */
const SILENCE_MS = 15_000;
/** Limit for one mail, however slowly the server answers. */
const MAIL_MS = 60_000;

/**
 * Creates the mailer. It loads the library at the first mail, so that a start does without it.
 * @param smtpUrl e.g. `smtps://user:password@mail.example.com`; without it no mail is sent
 * @param silenceMs longest silence of the server
 * @param mailMs limit for one mail
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

/** The library's error. */
interface SmtpError extends Error {
  code?: string;
  /** The command of the conversation, such as `RCPT TO`; `API` if none was reached. */
  command?: string;
  response?: string;
  responseCode?: number;
}

/** The server closes the connection, whatever the command. */
const CLOSING = 421;

/** Codes of faults in one mail, not on the way to the server. */
const aboutMail = ['EENVELOPE', 'EMESSAGE'];

function asMailError({ code = 'no code', command, response = '', responseCode }: SmtpError): MailError {
  const said = responseCode === undefined ? code : String(responseCode);
  if (!aboutMail.includes(code) || responseCode === CLOSING) return new MailError('away', said);
  // An address that cannot be sent, or that the server finally refuses. A policy refusal (5.7) or a refusal of our own address is about us:
  // it can be solved, and must not cost every mail.
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
    // We write all mails; nothing in them may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
