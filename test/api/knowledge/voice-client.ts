import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Input, Output } from '../../../api/contract/index.ts';
import { PART_BYTES_MAX } from '../../../api/contract/knowledge/knowledge.ts';
import { readSource, SourceModel, type Source as StoredSource } from '../../../api/models/source.ts';
import type { Agency } from '../../support/agency.ts';
import type { TestApi } from '../../support/api.ts';
import type { Reply } from '../../support/call.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

export type Source = NonNullable<Output<'knowledge.add'>['sources'][number]>;
type Plan = Input<'agencies.create'>['plan'];
type Item = Input<'knowledge.quote'>['items'][number];

export const hashOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** Describes a file as a page announces it, before it sends a byte. */
export const fileItem = (name: string, content: Buffer | string): Item => ({
  kind: 'file',
  name,
  bytes: Buffer.byteLength(content),
  hash: hashOf(content),
});
export const textItem = (name: string, text = `About ${name}`): Item => ({ kind: 'text', name, text });

export interface VoiceClient {
  agency: Agency;
  page: Page;
  apiKey: string;
  /** Agents of the voice account, by the provider's ids. */
  agentIds: string[];
}

/** Opens a client of an agency with a voice account. A file costs 2 credits, a text 1 and an address 3, unless the plan says otherwise. */
export async function openVoiceClient(
  { createAgency, sandbox }: TestApi,
  {
    knowledge = {},
    credits = 0,
    ...plan
  }: Partial<Omit<Plan, 'knowledge'>> & { knowledge?: Partial<Plan['knowledge']>; credits?: number } = {},
): Promise<VoiceClient> {
  const prices = { fileMillis: 2_000, textMillis: 1_000, urlMillis: 3_000, ...knowledge };
  const agency = await createAgency({
    stripe: false,
    minutesMillis: 1_000_000,
    plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0, ...plan, knowledge: prices } as Plan, // its defaults are filled in
  });
  return { agency, ...(await agency.connectVoice(sandbox)), page: await openClient(agency, credits) };
}

/** Opens another client of the same agency, and gives it credits. */
export async function openClient(agency: Agency, credits = 0): Promise<Page> {
  const page = await agency.openPage();
  await page.enter();
  if (credits > 0) await agency.allocate(page.clientId, credits * 1000);
  return page;
}

/** Adds sources at their quoted price; `null` for a duplicate. */
export async function addSources(page: Page, items: Item[]): Promise<(Source | null)[]> {
  const { totalMillis } = await page.call('knowledge.quote', { items });
  return (await page.call('knowledge.add', { items, totalMillis })).sources;
}

/** Adds a source that is not there yet. */
export async function addSource(page: Page, item: Item): Promise<Source> {
  const [source] = await addSources(page, [item]);
  assert.ok(source, 'it was not there before');
  return source;
}

/** Sends one part of a file as a page does, and returns any answer. */
export async function sendPart(
  { agency, token, origin }: Page,
  input: { sourceId: string; offset: number },
  content: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Reply<Source>> {
  const query = new URLSearchParams({ key: agency.keys[agency.mode].publishable, sourceId: input.sourceId, offset: String(input.offset) });
  const reply = await fetch(`${agency.url}/v1/knowledge.upload?${query}`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', ...headers },
    body: new Uint8Array(Buffer.from(content)),
  });
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Source };
}

/**
 * Sends all parts of a file from an offset on.
 * @returns the last answer
 */
export async function uploadFile(page: Page, sourceId: string, content: Buffer | string, offset = 0): Promise<Reply<Source>> {
  const bytes = Buffer.from(content);
  for (let at = offset; ; at += PART_BYTES_MAX) {
    const reply = await sendPart(page, { sourceId, offset: at }, bytes.subarray(at, at + PART_BYTES_MAX));
    if (reply.status !== 200 || at + PART_BYTES_MAX >= bytes.length) return reply;
  }
}

export const findSource = async (page: Page, id: string): Promise<Source | undefined> =>
  (await page.call('knowledge.list', {})).sources.find((source) => source.id === id);

/** Reads a source as the domain does. */
export async function readStored({ clientId }: Page, name: string): Promise<StoredSource> {
  const row = await SourceModel.findOne({ owner: clientId, name }).lean().orFail().exec();
  return (await readSource(row, row._id)) ?? assert.fail(`${name} is gone`);
}

/** Waits until a source is in a state. */
export const untilState = (page: Page, id: string, state: Source['state']): Promise<Source> =>
  until(async () => {
    const source = await findSource(page, id);
    return source?.state === state && source;
  }, `${id} ${state}`);
