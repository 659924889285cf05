import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after } from 'node:test';

/** The steps of a conversation with a mail server; `hello` is what it says first. */
export type SmtpStep = 'hello' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'text';

const good: Record<SmtpStep, string> = {
  hello: '220 mail.test ESMTP',
  EHLO: '250 mail.test',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  text: '250 2.0.0 Taken',
};

/** A mail server that takes every mail, but says at some steps what a test wants. It ends with the test file. */
export async function openSmtp(): Promise<{ url: string; says: Partial<Record<SmtpStep, string>> }> {
  const says: Partial<Record<SmtpStep, string>> = {};
  const server = createServer((socket) => {
    const say = (step: SmtpStep) => socket.write(`${says[step] ?? good[step]}\r\n`);
    let heard = '';
    let isText = false;
    socket.on('error', () => {}); // who sends hangs up as it likes
    socket.on('data', (chunk) => {
      heard += chunk;
      for (let end = endOf(heard, isText); end !== undefined; end = endOf(heard, isText)) {
        const step = isText ? 'text' : (heard.slice(0, 4).toUpperCase() as SmtpStep);
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
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, says };
}

/** Where a line, or the text of a mail, is over. */
function endOf(heard: string, isText: boolean): number | undefined {
  const mark = isText ? '\r\n.\r\n' : '\r\n';
  const at = heard.indexOf(mark);
  return at < 0 ? undefined : at + mark.length;
}
