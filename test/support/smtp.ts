import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after } from 'node:test';
import { act, type Moment, type Protocol } from './hostile.ts';

/** The steps of a conversation with a mail server; `hello` is its greeting. */
export type SmtpStep = 'hello' | 'EHLO' | 'STAR' | 'MAIL' | 'RCPT' | 'DATA' | 'text';

const good: Record<SmtpStep, string> = {
  hello: '220 mail.test ESMTP',
  EHLO: '250 mail.test',
  STAR: '220 Go on',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  text: '250 2.0.0 Taken',
};

/** An answer of several lines that does not end. For `STARTTLS` it is complete, and no handshake follows. */
const unfinished = (step: SmtpStep): Protocol => ({
  head: () => (step === 'STAR' ? '220 Go on\r\n' : '250-mail.test\r\n'),
  piece: () => `250-${'x'.repeat(500)}\r\n`,
});

export interface Smtp {
  url: string;
  says: Partial<Record<SmtpStep, string>>;
  /** Failures, by step. */
  fails: { step: SmtpStep; moment: Moment } | undefined;
  /** Texts of accepted mails. */
  taken: string[];
}

/** Opens a mail server that accepts every mail, except for the failures that a test sets. It ends with the test file. */
export async function openSmtp(): Promise<Smtp> {
  const smtp: Smtp = { url: '', says: {}, fails: undefined, taken: [] };
  const { says, taken } = smtp;
  const server = createServer((socket) => {
    const say = (step: SmtpStep) => {
      if (smtp.fails?.step === step) act(socket, smtp.fails.moment, unfinished(step), '');
      else socket.write(`${says[step] ?? good[step]}\r\n`);
    };
    let heard = '';
    let isText = false;
    socket.on('error', () => {}); // who sends hangs up as it likes
    socket.on('data', (chunk) => {
      heard += chunk;
      for (let end = endOf(heard, isText); end !== undefined; end = endOf(heard, isText)) {
        const step = isText ? 'text' : (heard.slice(0, 4).toUpperCase() as SmtpStep);
        if (isText && smtp.fails?.step !== 'text') taken.push(heard.slice(0, end));
        heard = heard.slice(end);
        isText = step === 'DATA' && (says.DATA ?? good.DATA).startsWith('354');
        if (step in good) say(step);
        else socket.end('221 Bye\r\n');
      }
    });
    say('hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => server.close());
  smtp.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return smtp;
}

/** Returns the end of a line or of the text of a mail; undefined if it has not arrived. */
function endOf(heard: string, isText: boolean): number | undefined {
  const mark = isText ? '\r\n.\r\n' : '\r\n';
  const at = heard.indexOf(mark);
  return at < 0 ? undefined : at + mark.length;
}
