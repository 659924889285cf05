import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSource, fileItem, untilState, uploadFile } from '../../api/knowledge/voice-client.ts';
import { formatFigure, median } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';
import { openSite, type Site, visit } from '../visit.ts';

const MEGABYTE = 1024 * 1024;
const FILES = 100;
const LARGEST = 20 * MEGABYTE;

/** Measures the page while it hashes and quotes files, and the API while the largest file arrives. */
export async function knowledge(stage: Stage): Promise<Row[]> {
  const sandbox = await stage.sandbox();
  const site = await openSite(stage, 'knowledge', { RETELL_API_URL: `${sandbox.url}/retell` });
  await site.agency.call('integrations.connectVoice', { apiKey: await sandbox.ask<string>('voice') });
  return [await measureQuote(stage, site), await measureUpload(stage, site)];
}

async function measureQuote(stage: Stage, site: Site): Promise<Row> {
  const folder = stage.folder('files');
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: FILES }, (_, index) => join(folder, `file-${index}.txt`));
  for (const path of paths) await writeFile(path, randomBytes(MEGABYTE / 2).toString('hex'));
  const [blocking, seconds]: [number[], number[]] = [[], []];
  for (let round = 0; round < stage.pick(1, 3, 7); round += 1) {
    const { page, close } = await visit(site, { meterOnly: true });
    await page.goto(site.address('ours', 'knowledge'));
    const input = page.locator('wl-knowledge-upload input[type=file]');
    await input.waitFor({ state: 'attached' });
    const borne = () => page.evaluate(() => (globalThis as unknown as { seen: { blocking: number } }).seen.blocking);
    const before = await borne();
    const startedAt = performance.now();
    await input.setInputFiles(paths);
    await page.locator('wl-knowledge-upload [part=total]').waitFor({ timeout: 120_000 });
    seconds.push((performance.now() - startedAt) / 1000);
    blocking.push((await borne()) - before);
    await close();
  }
  return boundRow('Q17', `blocking time while ${FILES} files of 1 MB are hashed and quoted (${formatFigure(median(seconds))} s)`, {
    measured: median(blocking),
    unit: 'ms',
    atMost: 0,
  });
}

async function measureUpload(stage: Stage, { api, agency }: Site): Promise<Row> {
  const page = await agency.openPage();
  page.token = (await openSignedIn(agency)).token;
  const send = async (name: string, bytes: number) => {
    const content = randomBytes(bytes / 2).toString('hex');
    const { id } = await addSource(page, fileItem(name, content));
    const { status } = await uploadFile(page, id, content);
    assert.equal(status, 200, 'a part was refused');
    await untilState(page, id, 'ready');
  };
  await send('first.txt', MEGABYTE); // what is loaded by then is no longer counted
  const grown: number[] = [];
  for (let round = 0; round < stage.pick(1, 3, 5); round += 1) {
    const before = await api.watchMemory();
    await send(`largest-${round}.txt`, LARGEST);
    grown.push(((await api.peakMemory()) - before) / MEGABYTE);
  }
  return boundRow('Q18', 'memory of the API, at its peak, while a file of 20 MB goes through it to the provider', {
    measured: median(grown),
    unit: 'MB more',
    atMost: 32,
  });
}
