import assert from 'node:assert/strict';
import test from 'node:test';
import type { Locator } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { until } from '../support/until.ts';
import { askSandbox, buyPackage, markPage, openClient, untilShown } from './client.ts';

const demo = await runDemo();
const robin = await openClient(demo, await openBrowser(), 'knowledge@example.test', 5);
const { page } = robin;
const knowledge = page.locator('wl-knowledge-upload');
const source = (name: string): Locator => knowledge.locator('[part=source]').filter({ hasText: name });
const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

interface Base {
  sources: { type: string; filename?: string; file_size?: number; url?: string }[];
}
const readBases = () => askSandbox<Base[]>(demo, '/sandbox/retell/bases');
const readFileNames = async () => (await readBases()).flatMap(({ sources }) => sources.map(({ filename }) => filename)).filter(Boolean);

const addToList = async (way: 'Text' | 'Web page', fields: Record<string, string>) => {
  await knowledge.getByRole('tab', { name: way }).click();
  for (const [label, value] of Object.entries(fields)) await knowledge.getByRole('textbox', { name: new RegExp(`^${label}`) }).fill(value);
  await knowledge.getByRole('button', { name: 'Add to the list' }).click();
};

test('knowledge.add K1 K2 K9 K11: an exact quote stores nothing while credits are short, and buying them continues', async () => {
  await page.goto(`${demo.demo}/account/knowledge`);
  const drop = knowledge.locator('[part=drop]');
  await drop.waitFor();
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['Boilers, heat pumps, floor heating.'], 'services.txt', { type: 'text/plain' }));
    carried.items.add(new File(['# Prices\n\nA visit costs 60 euros.'], 'prices.md', { type: 'text/markdown' }));
    carried.items.add(new File(['Boilers, heat pumps, floor heating.'], 'copy-of-services.txt', { type: 'text/plain' }));
    const place = document.querySelector('wl-knowledge-upload')?.shadowRoot?.querySelector('[part=drop]');
    place?.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
  });
  await knowledge.getByText('Add for 4 credits').waitFor();
  await knowledge.locator('[part=item]').filter({ hasText: 'copy-of-services.txt' }).getByText('Already there').waitFor();
  await addToList('Text', { Title: 'Opening hours', Text: 'Monday to Friday from 8 to 17.' });
  await addToList('Web page', { Address: 'http://meyer-heating.test/hours' });
  await knowledge.locator('[part=total]').getByText('5.5 credits (€2.14)').waitFor();
  const isStillThere = await markPage(page);
  await knowledge.getByRole('button', { name: 'Add for 5.5 credits' }).click();
  await knowledge.getByText('You need 0.5 more credits.').waitFor();
  assert.deepEqual(await readBases(), []);
  assert.equal(await knowledge.locator('[part=source]').count(), 0);

  await buyPackage(robin, 'Breeze');
  for (const name of ['services.txt', 'prices.md', 'Opening hours', 'meyer-heating.test']) await source(name).getByText('Ready').waitFor();
  await isStillThere();
  await untilShown(page, '99.5');
  assert.deepEqual((await readFileNames()).toSorted(), ['prices.md', 'services.txt']);
  assert.equal((await readBases()).length, 4);
});

test('knowledge.quote K11: a duplicate file is neither sent nor charged', async () => {
  await knowledge.getByRole('tab', { name: 'Files' }).click();
  await knowledge
    .locator('input[type=file]')
    .first()
    .setInputFiles([text('again.txt', 'Boilers, heat pumps, floor heating.')]);
  await knowledge.getByText('Already there, not added again').waitFor();
  await knowledge.getByText('Nothing here can be added.').waitFor();
  await knowledge.getByRole('button', { name: 'Clear the list' }).click();
});

test('knowledge.upload K6 K10: an unreadable file fails with a reason, and is refunded', async () => {
  await knowledge
    .locator('input[type=file]')
    .first()
    .setInputFiles([text('corrupt.txt', 'Nobody can read this.')]);
  await knowledge.getByRole('button', { name: 'Add for 2 credits' }).click();
  const failed = source('corrupt.txt');
  await failed.getByText('Failed').waitFor();
  assert.match((await failed.locator('.field-error').innerText()).trim(), /\w.+\.$/);
  await untilShown(page, '99.5');
});

test('knowledge.attach K12: an agent uses a source, and its deletion removes it here and at the provider', async () => {
  await page.reload();
  const services = source('services.txt');
  await services.getByLabel('Front desk').check();
  await until(async () => (await services.getByLabel('Front desk').isChecked()) && true, 'the check');
  await services.getByRole('button', { name: 'Delete services.txt' }).click();
  await services.getByRole('button', { name: 'Delete now' }).click();
  await services.waitFor({ state: 'detached' });
  await until(async () => !(await readFileNames()).includes('services.txt'), 'the deletion at the provider');
});

test('knowledge.add K9: a text can be added by keyboard alone', async () => {
  const active = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.outerHTML ?? '');
  const tabTo = async (mark: RegExp) => {
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press('Tab');
      if (mark.test(await active())) return;
    }
    assert.fail(`the keyboard does not reach ${mark}`);
  };
  await page.reload();
  await knowledge.locator('[part=drop]').waitFor();
  await page.locator('body').press('Home');
  await tabTo(/id="way-file"/);
  await page.keyboard.press('ArrowRight');
  await until(async () => /id="way-text"/.test(await active()), 'the next way');
  await tabTo(/name="name"/);
  await page.keyboard.type('Parking');
  await tabTo(/<textarea/);
  await page.keyboard.type('Behind the house.');
  await tabTo(/Add to the list/);
  await page.keyboard.press('Enter');
  await knowledge.getByText('Add for 0.5 credits').waitFor();
  await tabTo(/Add for/);
  await page.keyboard.press('Enter');
  await source('Parking').getByText('Ready').waitFor();
  await untilShown(page, '99');
});

test('knowledge.list: the pages report no errors', () => {
  assert.deepEqual(
    robin.errors.filter((error) => !error.startsWith('Failed to load resource')),
    [],
  );
});
