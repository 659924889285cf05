import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MailError } from '../../../api/ports/index.ts';
import { createMailer } from '../../../api/providers/mail.ts';
import { moments } from '../../support/hostile.ts';
import { openSmtp, type SmtpStep } from '../../support/smtp.ts';

const SILENCE_MS = 500;
const MAIL_MS = 3_000;
const SLACK_MS = 10_000;
const mail = {
  from: { name: 'Northwind', address: 'no-reply@mail.test' },
  to: 'ada@example.test',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  messageId: '<one@mail.test>',
};
const steps: readonly SmtpStep[] = ['hello', 'EHLO', 'STAR', 'MAIL', 'RCPT', 'DATA', 'text'];

suite('a mail server that fails', { concurrency: true }, () => {
  for (const step of steps) {
    test(`mails SX1: after any failure at a step the mail is put off and goes out later: ${step}`, async () => {
      for (const moment of moments.filter((moment) => moment !== 'refused')) {
        const smtp = await openSmtp();
        const mailer = createMailer(smtp.url, { silenceMs: SILENCE_MS, mailMs: MAIL_MS });
        if (step === 'STAR') smtp.says.EHLO = '250-mail.test\r\n250 STARTTLS';
        smtp.fails = { step, moment };
        const startedAt = performance.now();
        const error = await mailer.send(mail).catch((error: unknown) => error);
        assert.ok(error instanceof MailError, `${moment}: ${error}`);
        assert.notEqual(error.outcome, 'refused', `${moment}: ${error}`);
        assert.ok(performance.now() - startedAt < MAIL_MS + SLACK_MS, moment);
        smtp.fails = undefined;
        delete smtp.says.EHLO;
        await mailer.send(mail);
        assert.equal(smtp.taken.length, 1, moment);
      }
    });
  }
});
