import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { plan } from '../../../api/contract/plans.ts';
import { noteMailTroubles, type PostOffice, sendPending } from '../../../api/domain/mail/outbox.ts';
import { startOutbox } from '../../../api/jobs/outbox.ts';
import { insertAgency, type ModeSettings } from '../../../api/models/agency.ts';
import { insertClient, scopeOf } from '../../../api/models/client.ts';
import { claimMail, type MailRow, queueMail } from '../../../api/models/mail.ts';
import type { Trouble } from '../../../api/ports/index.ts';
import { createMailer } from '../../../api/providers/mail.ts';
import { makeKeys, readKeys } from '../../../api/security/keys.ts';
import { startSandbox } from '../../../demo-site/sandbox/start.ts';
import { openEngine } from '../../support/engine.ts';
import { programOf } from '../../support/programs.ts';
import { openSmtp, type SmtpStep } from '../../support/smtp.ts';

const engine = await openEngine();
const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(async () => {
  await sandbox.close();
  await engine.close();
});

const brand = {
  companyName: 'Northwind',
  logoUrl: null,
  primaryColor: '#3b82f6',
  accentColor: null,
  supportEmail: 'help@northwind.test',
  helpUrl: null,
  termsUrl: null,
  privacyUrl: null,
};
const at = new Date();
const settings: ModeSettings = {
  signUp: { fields: [], passwordPolicy: 'classic' },
  origins: [],
  plan: plan.parse({ centsPer100Credits: 4000, currency: 'EUR' }),
  plans: [],
  packages: [],
  meter: { lowPermille: 250, criticalPermille: 100, lowMillis: 0 },
  alerts: { email: null },
  receipts: { address: null, vatId: null, vatBasisPoints: null },
  portal: { active: true, notice: null },
  minutesPolicy: { kind: 'unlimited' },
};
await insertAgency({
  _id: 'agn_1',
  name: 'Northwind',
  slug: 'northwind',
  formerSlugs: [],
  brand,
  settings: { test: settings, live: settings },
  version: 0,
  testGeneration: 0,
  publishableKeys: [{ mode: 'test', key: 'wlp_test_1' }],
  secretKeys: [{ mode: 'test', fingerprint: 'print', last4: 'last' }],
  stripe: {},
  createdAt: at,
});

let people = 0;
/** A new person, whose inbox nobody else writes to. */
async function person() {
  people += 1;
  const number = people;
  const email = `person-${number}@example.test`;
  const client = {
    _id: `cli_${number}`,
    agencyId: 'agn_1',
    world: 'test.0' as const,
    subject: `sub_${number}`,
    members: [{ id: `mem_${number}`, firstName: 'Ada', lastName: 'L', email, passwordHash: 'of-nobody', passwordVersion: 0 }],
    profile: {},
    freeMillis: 0,
    createdAt: at,
  };
  await insertClient(client, client);
  const write = (cause: string) =>
    queueMail(scopeOf(client), {
      cause: `${client._id}/${cause}`,
      kind: 'reset',
      memberId: `mem_${number}`,
      returnUrl: 'https://northwind.test/',
    });
  return { email, write, id: client._id };
}

const lines: string[] = [];
const log = { info: () => {}, error: (detail: object, sentence: string) => lines.push(JSON.stringify({ ...detail, sentence })) };
const open: PostOffice = {
  mailer: createMailer(sandbox.smtpUrl),
  log,
  keys: (await readKeys({ dataDir: '', fromEnvironment: JSON.stringify(makeKeys()) })) ?? assert.fail(),
  mailDomain: 'mail.test',
  link: async (row) => `${row.returnUrl}#wl-reset=token-of-${row.memberId}`,
};
const closed: PostOffice = { ...open, mailer: createMailer('smtp://127.0.0.1:1') };
const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
const rows = (id: string) => mongoose.connection.collection<MailRow>('mails').find({ clientId: id }).toArray();

test('mails X2: two processes at once send every mail once', async () => {
  const { email, write } = await person();
  for (let index = 0; index < 12; index += 1) await write(`${index}`);
  assert.equal(await write('3'), false, 'the same cause again');
  const sent = await Promise.all([sendPending(open), sendPending(open), sendPending(open)]);
  assert.equal(
    sent.reduce((sum, one) => sum + one.sent, 0),
    12,
  );
  assert.equal(sandbox.mail.list(email).length, 12);
});

test('mails X2 T10: a mail in the outbox holds no address, no link and no token', async () => {
  const { email, write, id } = await person();
  await write('secretless');
  const stored = JSON.stringify(await rows(id));
  assert.ok(!stored.includes(email) && !stored.includes('token') && !stored.includes('Ada'));
  await sendPending(open);
  assert.ok(sandbox.mail.list(email)[0]?.links.includes(`https://northwind.test/#wl-reset=token-of-mem_${people}`));
  assert.ok(!JSON.stringify(await rows(id)).includes('token'));
});

test('mails X2: a mail that the server does not accept is repeated, and the log has no address', async () => {
  const { email, write } = await person();
  await write('later');
  assert.deepEqual(await sendPending(closed), { sent: 0, isAway: true });
  assert.deepEqual(await sendPending(open), { sent: 0, isAway: false }, 'not at once');
  assert.deepEqual(await sendPending(open, later(1)), { sent: 1, isAway: false });
  assert.equal(sandbox.mail.list(email).length, 1);
  assert.ok(lines.some((line) => line.includes('mails.away') && line.includes('ESOCKET')));
  assert.ok(!lines.join().includes(email));
});

test('mails X2: a mail that a dying process took but did not send is sent by another', async () => {
  const { email, write } = await person();
  await write('orphan');
  const claimed = await claimMail(new Date(), later(2)());
  assert.ok(claimed);
  assert.equal((await sendPending(open)).sent, 0, 'it is somebody’s');
  assert.equal((await sendPending(open, later(3))).sent, 1);
  assert.equal(sandbox.mail.list(email).length, 1);
});

test('mails X2: a mail to a deleted person is not sent', async () => {
  const { email, write, id } = await person();
  await write('gone');
  await mongoose.connection.collection<{ _id: string }>('clients').deleteOne({ _id: id });
  assert.equal((await sendPending(open)).sent, 0);
  const [row] = await rows(id);
  assert.deepEqual(
    { state: row?.state, reason: row?.reason, mails: sandbox.mail.list(email) },
    { state: 'given_up', reason: 'nobody', mails: [] },
  );
});

test('mails X2: a mail written while the process runs is sent at once', async () => {
  const outbox = startOutbox({ ...open, troubles: new Set() });
  const { email, write } = await person();
  const arrived = sandbox.mail.waitForMail(email);
  await write('now');
  assert.equal((await arrived).subject, 'Choose a new password for Northwind');
  await outbox.stop();
});

const DAY_MS = 24 * 3600_000;

test('mails SX16: while the mail server is away no mail is given up for five days; then it is reported', async () => {
  const { email, write, id } = await person();
  const waiting = await person();
  await write('storm');
  await waiting.write('storm');
  for (let hour = 0; hour < 119; hour += 1) assert.deepEqual(await sendPending(closed, later(hour * 60)), { sent: 0, isAway: true });
  assert.deepEqual(
    (await rows(id)).map(({ state }) => state),
    ['waiting'],
  );
  assert.equal((await sendPending(open, later(119 * 60 + 1))).sent, 2, 'it is back, and both go');
  assert.deepEqual({ sent: sandbox.mail.list(email).length, waiting: sandbox.mail.list(waiting.email).length }, { sent: 1, waiting: 1 });

  const late = await person();
  await late.write('never');
  for (let hour = 0; hour <= 120; hour += 1) await sendPending(closed, later(hour * 60 + 1));
  const [row] = await rows(late.id);
  assert.deepEqual({ state: row?.state, reason: row?.reason }, { state: 'given_up', reason: 'unreachable' });
  assert.equal(lines.filter((line) => line.includes('mail.given_up') && line.includes(late.id)).length, 1);
});

test('mails SX16: a mail that waited while nothing ran is not given up at the first attempt', async () => {
  const { write, id } = await person();
  await write('asleep');
  await mongoose.connection
    .collection<MailRow>('mails')
    .updateOne({ clientId: id }, { $set: { createdAt: new Date(Date.now() - 6 * DAY_MS) } });
  await sendPending(closed);
  assert.equal((await rows(id))[0]?.state, 'waiting');
  for (let attempt = 1; attempt < 10; attempt += 1) await sendPending(closed, later(attempt));
  assert.equal((await rows(id))[0]?.state, 'given_up');
});

test('mails SX16: without SMTP_URL mails wait as if the server were away', async () => {
  const { email, write } = await person();
  await write('unset');
  assert.deepEqual(await sendPending({ ...open, mailer: createMailer(undefined) }), { sent: 0, isAway: true });
  assert.ok(lines.some((line) => line.includes('mails.away') && line.includes('SMTP_URL is not set')));
  assert.equal((await sendPending(open, later(1))).sent, 1);
  assert.equal(sandbox.mail.list(email).length, 1);
});

/** Answers of a mail server at a step, and the mail's fate. */
const words: [step: SmtpStep, says: string, becomes: 'refused' | 'waits' | 'away'][] = [
  ['hello', '554 5.3.2 Not today', 'away'],
  ['hello', '421 4.3.2 Shutting down', 'away'],
  ['EHLO', '502 5.5.1 What', 'away'],
  ['MAIL', '550 5.1.8 Sender unknown', 'waits'],
  ['MAIL', '451 4.3.0 Later', 'waits'],
  ['MAIL', '421 4.7.0 Too many', 'away'],
  ['RCPT', '550 5.1.1 No such person', 'refused'],
  ['RCPT', '553 Mailbox name not allowed', 'refused'],
  ['RCPT', '554 5.7.1 Relay access denied', 'waits'],
  ['RCPT', '450 4.2.0 Greylisted', 'waits'],
  ['RCPT', '452 4.2.2 Mailbox full', 'waits'],
  ['DATA', '451 4.3.0 Later', 'waits'],
  ['text', '552 5.3.4 Too big', 'refused'],
  ['text', '451 4.7.1 Later', 'waits'],
  ['text', '554 5.7.1 Looks like spam', 'waits'],
];
const smtp = await openSmtp();

for (const [step, says, becomes] of words) {
  test(`mails SX16: "${says}" at ${step}: the mail ${becomes === 'refused' ? 'is given up' : 'waits'}`, async () => {
    const { write, id } = await person();
    const other = await person();
    const post = { ...open, mailer: createMailer(smtp.url) };
    await write('said');
    await other.write('said');
    smtp.says[step] = says;
    const outcome = await sendPending(post);
    delete smtp.says[step];
    assert.deepEqual(outcome, { sent: 0, isAway: becomes === 'away' });
    const [row] = await rows(id);
    assert.deepEqual(
      { state: row?.state, reason: row?.reason, attempts: row?.attempts },
      becomes === 'refused' ? { state: 'given_up', reason: 'refused', attempts: 1 } : { state: 'waiting', reason: undefined, attempts: 1 },
    );
    assert.equal((await rows(other.id))[0]?.attempts, becomes === 'away' ? 0 : 1);
    assert.equal((await sendPending(post, later(1))).sent, becomes === 'refused' ? 0 : 2);
  });
}

test('mails SX16: an operator sees given-up mails and resends them, and /readyz reports them until then', async () => {
  const { email, write, id } = await person();
  await write('revived');
  smtp.says.RCPT = '550 5.1.1 No such person';
  await sendPending({ ...open, mailer: createMailer(smtp.url) });
  delete smtp.says.RCPT;
  const troubles = new Set<Trouble>();
  await noteMailTroubles(troubles, false);
  assert.deepEqual([...troubles], ['mails.given_up']);

  const command = async (...asked: string[]) => {
    const env = { ...process.env, MONGODB_URI: engine.uri, LIVERY_KEYS: JSON.stringify(makeKeys()) };
    return (await promisify(execFile)(process.execPath, [...programOf('api/commands/mails.ts'), ...asked], { env })).stdout;
  };
  assert.match(await command(), /^given up +\d+ {2}reset \(refused\), the first of \d{4}-/m);
  assert.match(await command('--again', '--kind', 'receipt'), /^0 that were given up are sent again\.$/m);
  assert.match(await command('--again', '--kind', 'reset'), /^[1-9]\d* that were given up are sent again\.$/m);
  assert.deepEqual(
    (await rows(id)).map(({ state, reason, attempts }) => ({ state, reason, attempts })),
    [{ state: 'waiting', reason: undefined, attempts: 0 }],
  );
  await sendPending(open, later(1));
  assert.equal(sandbox.mail.list(email).length, 1);
  await noteMailTroubles(troubles, true);
  assert.deepEqual([...troubles], ['mails.away']);
  await noteMailTroubles(troubles, false);
  assert.deepEqual([...troubles], []);
});

test('mails F32: of a thousand mails none is lost or blocks others, though senders die', async () => {
  const { write, id } = await person();
  const causes = Array.from({ length: 1000 }, (_, index) => (index === 500 ? 'poison' : `many-${index}`));
  for (let start = 0; start < 1000; start += 100) await Promise.all(causes.slice(start, start + 100).map(write));
  const copies = new Map<string, number>();
  const link = async ({ _id }: MailRow) => (_id.endsWith('poison') ? assert.fail('nobody can write this one') : 'https://northwind.test/');
  /** A sender that works until nothing is due, or until it dies. */
  const work = (minutes: number) =>
    new Promise<number>((resolve, reject) => {
      const send = async ({ messageId }: { messageId: string }) => {
        copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
        if (copies.size % 100 !== 0 || copies.get(messageId) !== 1) return;
        resolve(-1);
        await new Promise(() => {}); // the mail is sent, and this sender never stores it
      };
      sendPending({ ...open, mailer: { send }, link }, later(minutes)).then(({ sent }) => resolve(sent), reject);
    });
  while ((await Promise.all([work(0), work(0)])).some((sent) => sent !== 0)); // the next sender replaces a dead one
  for (let attempt = 1; attempt <= 12; attempt += 1) await work(attempt * 90);
  const states = (await rows(id)).map(({ _id, state }) => `${_id.endsWith('poison') ? 'poison ' : ''}${state}`);
  assert.deepEqual([...new Set(states)].sort(), ['poison given_up', 'sent']);
  assert.equal(copies.size, 999, 'each came, and a second copy under the same Message-ID');
  assert.ok([...copies.values()].every((times) => times <= 2) && [...copies.values()].filter((times) => times === 2).length >= 9);
});
