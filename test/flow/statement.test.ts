import assert from 'node:assert/strict';
import test from 'node:test';
import { GENESIS, linkHash } from '../../api/ledger/chain.ts';
import type { Posting, Transfer } from '../../api/models/transfer.ts';
import { rows, snapshot } from '../api/audit/world.ts';
import { startApi } from '../support/api.ts';
import { openBrowser, visit } from '../support/browser.ts';

const api = await startApi();
const browser = await openBrowser();
const agency = await api.createAgency({ origins: [], stripe: false });
const { page, errors } = await visit(browser, `${api.url}/p/${agency.slug}`);
const statement = page.locator('wl-statement');
const verdict = statement.locator('[part=verdict]');

async function signUp(): Promise<void> {
  const form = page.locator('wl-signup');
  await form.getByRole('button', { name: 'Create account' }).waitFor();
  await form.locator('input[autocomplete=given-name]').fill('Robin');
  await form.locator('input[autocomplete=family-name]').fill('Meyer');
  await form.locator('input[autocomplete=email]').fill('statement@example.test');
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
}

await signUp();
const clientId = await page.evaluate(() => (globalThis as never as { wl: { account: { clientId: string } } }).wl.account.clientId);
for (const credits of [10_000, 20_000]) await agency.allocate(clientId, credits);
await agency.call('usage.record', { clientId, callId: 'c1', seconds: 60 });
const account = `client.${(await rows('clients').findOne({ _id: clientId }))?.subject}`;
await statement.locator('[part=thing]').nth(2).waitFor();

const postingOf = ({ postings }: Transfer): Posting => postings.find((posting) => posting.account === account) ?? assert.fail(account);
const readTransfers = async () =>
  ((await rows('transfers').find({ 'postings.account': account }).toArray()) as unknown as Transfer[]).toSorted(
    (a, b) => (postingOf(a).seq ?? 0) - (postingOf(b).seq ?? 0),
  );

/**
 * Tampers with the database, and reloads the page in the same browser.
 * @returns a function that restores the database
 */
async function tamperAndReload(tamper: () => Promise<unknown>): Promise<() => Promise<void>> {
  const restore = await snapshot();
  await tamper();
  await page.reload();
  await page.getByText('Welcome, Robin').waitFor();
  return restore;
}

test('credits.statement SX20: a returning browser finds every entry that it had seen, and says what it checked', async () => {
  await tamperAndReload(async () => {});
  await statement.locator('[part=thing]').nth(2).waitFor();
  await statement.getByRole('button', { name: 'Check the statement' }).click();
  assert.equal(
    await verdict.innerText(),
    'Amounts, balances, times and order of 3 entries are as they were written. Words and names are not checked. Nothing is gone that this browser had seen.',
  );
});

const tamperings: [string, () => Promise<unknown>, string][] = [
  [
    'the newest entry is gone',
    async () => rows('transfers').deleteOne({ _id: (await readTransfers()).at(-1)?._id ?? '' }),
    'Entries are missing: this browser had seen entry 3, and it is gone. Please contact support.',
  ],
  [
    'everything is gone',
    () => rows('transfers').deleteMany({ 'postings.account': account }),
    'Entries are missing: this browser had seen entry 3, and it is gone. Please contact support.',
  ],
  [
    'the past is written anew with right hashes',
    async () => {
      let previous = GENESIS;
      for (const transfer of await readTransfers()) {
        const { _id, kind } = transfer;
        const { hash: _hash, ...entry } = postingOf(transfer);
        const at = new Date(0);
        const hash = linkHash(previous, { _id, kind, at, ...(entry as Required<Posting>) });
        previous = hash;
        const postings = transfer.postings.map((posting) => (posting.account === account ? { ...entry, hash } : posting));
        await rows('transfers').updateOne({ _id }, { $set: { at, postings } });
      }
    },
    'Entry 3 is another than the one that this browser had seen. Please contact support.',
  ],
];

for (const [what, tamper, sentence] of tamperings)
  test(`credits.statement SX20: ${what}: the page says so by itself`, async () => {
    const restore = await tamperAndReload(tamper);
    await verdict.waitFor();
    assert.equal(await verdict.innerText(), sentence);
    await restore();
  });

test('credits.statement SX20: once everything is restored, every check passes', async () => {
  await tamperAndReload(async () => {});
  await statement.locator('[part=thing]').nth(2).waitFor();
  await statement.getByRole('button', { name: 'Check the statement' }).click();
  await verdict.getByText('3 entries are as they were written').waitFor();
  assert.deepEqual(errors, []);
});
