import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import mongoose from 'mongoose';
import { plan } from '../../api/contract/plans.ts';
import { type PostOffice, sendPending } from '../../api/domain/mails.ts';
import { startOutbox } from '../../api/jobs/outbox.ts';
import { insertAgency, type ModeSettings } from '../../api/models/agency.ts';
import { insertClient, scopeOf } from '../../api/models/client.ts';
import { claimMail, type MailRow, queueMail } from '../../api/models/mail.ts';
import { createMailer } from '../../api/providers/mail.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { openEngine } from '../support/engine.ts';

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
  meter: { lowPermille: 250, criticalPermille: 100 },
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
/** Somebody new, whose inbox nobody else writes to. */
async function person() {
  people += 1;
  const email = `person-${people}@example.test`;
  const client = {
    _id: `cli_${people}`,
    agencyId: 'agn_1',
    world: 'test.0' as const,
    subject: `sub_${people}`,
    members: [{ id: `mem_${people}`, firstName: 'Ada', lastName: 'L', email, passwordVersion: 0 }],
    profile: {},
    freeMillis: 0,
    createdAt: at,
  };
  await insertClient(client, client);
  const write = (cause: string) =>
    queueMail(scopeOf(client), {
      cause: `${client._id}/${cause}`,
      kind: 'reset',
      memberId: `mem_${people}`,
      returnUrl: 'https://northwind.test/',
    });
  return { email, write, id: client._id };
}

const lines: string[] = [];
const log = { info: () => {}, error: (detail: object, sentence: string) => lines.push(JSON.stringify({ ...detail, sentence })) };
const open: PostOffice = {
  mailer: createMailer(sandbox.smtpUrl),
  log,
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
  assert.equal(sent[0] + sent[1] + sent[2], 12);
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

test('mails X2: what the mail server does not take is tried again later, and the log does not say to whom', async () => {
  const { email, write } = await person();
  await write('later');
  assert.equal(await sendPending(closed), 0);
  assert.equal(await sendPending(open), 0, 'not at once');
  assert.equal(await sendPending(open, later(1)), 1);
  assert.equal(sandbox.mail.list(email).length, 1);
  assert.ok(
    lines.some((line) => line.includes('has to wait') && line.includes('ECONNECTION')) || lines.some((line) => line.includes('ESOCKET')),
  );
  assert.ok(!lines.join().includes(email));
});

test('mails X2: after ten attempts in vain a mail is given up, and somebody is told', async () => {
  const { write, id } = await person();
  await write('never');
  for (let attempt = 1; attempt <= 12; attempt += 1) await sendPending(closed, later(attempt * 90));
  const [row] = await rows(id);
  assert.deepEqual([row?.state, row?.attempts], ['given_up', 10]);
  assert.ok(lines.some((line) => line.includes('was given up')));
});

test('mails X2: what a process took and did not send before it died is sent by another one', async () => {
  const { email, write } = await person();
  await write('orphan');
  const claimed = await claimMail(new Date(), later(2)());
  assert.ok(claimed);
  assert.equal(await sendPending(open), 0, 'it is somebody’s');
  assert.equal(await sendPending(open, later(3)), 1);
  assert.equal(sandbox.mail.list(email).length, 1);
});

test('mails X2: a mail to somebody who is gone is not sent', async () => {
  const { email, write, id } = await person();
  await write('gone');
  await mongoose.connection.collection<{ _id: string }>('clients').deleteOne({ _id: id });
  assert.equal(await sendPending(open), 0);
  assert.deepEqual([(await rows(id))[0]?.state, sandbox.mail.list(email)], ['given_up', []]);
});

test('mails X2: what is written while the process runs goes at once', async () => {
  const outbox = startOutbox(open);
  const { email, write } = await person();
  const arrived = sandbox.mail.waitForMail(email);
  await write('now');
  assert.equal((await arrived).subject, 'Choose a new password for Northwind');
  await outbox.stop();
});

test('mails F32: of a thousand mails none is lost and none keeps the others, though senders die between sending and noting it', async () => {
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
        await new Promise(() => {}); // it is sent, and this sender never comes to say so
      };
      sendPending({ ...open, mailer: { send }, link }, later(minutes)).then(resolve, reject);
    });
  while ((await Promise.all([work(0), work(0)])).some((sent) => sent !== 0)); // the next sender takes a dead one's place
  for (let attempt = 1; attempt <= 12; attempt += 1) await work(attempt * 90);
  const states = (await rows(id)).map(({ _id, state }) => `${_id.endsWith('poison') ? 'poison ' : ''}${state}`);
  assert.deepEqual([...new Set(states)].sort(), ['poison given_up', 'sent']);
  assert.equal(copies.size, 999, 'each came, and a second copy under the same Message-ID');
  assert.ok([...copies.values()].every((times) => times <= 2) && [...copies.values()].filter((times) => times === 2).length >= 9);
});
