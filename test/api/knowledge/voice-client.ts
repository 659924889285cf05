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

/** A file as the page tells of it, before a byte travels. */
export const fileItem = (name: string, content: Buffer | string): Item => ({
  kind: 'file',
  name,
  bytes: Buffer.byteLength(content),
  hash: hashOf(content),
});
export const textItem = (name: string, text = `About ${name}`): Item => ({ kind: 'text', name, text });

export interface Library {
  agency: Agency;
  page: Page;
  apiKey: string;
  /** The agents of the voice account. */
  agentIds: string[];
}

/** A client of an agency with a voice account: 2 credits for a file, 1 for a text, 3 for an address, unless the plan says otherwise. */
export async function openLibrary(
  { createAgency, sandbox }: TestApi,
  {
    knowledge = {},
    credits = 0,
    ...plan
  }: Partial<Omit<Plan, 'knowledge'>> & { knowledge?: Partial<Plan['knowledge']>; credits?: number } = {},
): Promise<Library> {
  const prices = { fileMillis: 2_000, textMillis: 1_000, urlMillis: 3_000, ...knowledge };
  const agency = await createAgency({
    stripe: false,
    minutesMillis: 1_000_000,
    plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0, ...plan, knowledge: prices } as Plan, // its defaults are filled in
  });
  return { agency, ...(await agency.connectVoice(sandbox)), page: await signUp(agency, credits) };
}

/** Another client of the same agency. */
export async function signUp(agency: Agency, credits = 0): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  if (credits > 0) await agency.allocate(page.clientId, credits * 1000);
  return page;
}

/** Adds at the price that is quoted. */
export async function add(page: Page, items: Item[]): Promise<(Source | null)[]> {
  const { totalMillis } = await page.call('knowledge.quote', { items });
  return (await page.call('knowledge.add', { items, totalMillis })).sources;
}

/** One that is new. */
export async function addOne(page: Page, item: Item): Promise<Source> {
  const [source] = await add(page, [item]);
  assert.ok(source, 'it was not there before');
  return source;
}

/** One part as the page sends it, any status. */
export async function tryPart(
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

/** All parts from an offset on. @returns the last answer */
export async function upload(page: Page, sourceId: string, content: Buffer | string, offset = 0): Promise<Reply<Source>> {
  const bytes = Buffer.from(content);
  for (let at = offset; ; at += PART_BYTES_MAX) {
    const reply = await tryPart(page, { sourceId, offset: at }, bytes.subarray(at, at + PART_BYTES_MAX));
    if (reply.status !== 200 || at + PART_BYTES_MAX >= bytes.length) return reply;
  }
}

export const sourceOf = async (page: Page, id: string): Promise<Source | undefined> =>
  (await page.call('knowledge.list', {})).sources.find((source) => source.id === id);

/** A source as the domain reads it. */
export async function storedSource({ clientId }: Page, name: string): Promise<StoredSource> {
  const row = await SourceModel.findOne({ owner: clientId, name }).lean().orFail().exec();
  return (await readSource(row, row._id)) ?? assert.fail(`${name} is gone`);
}

/** Waits until a source is in a state. */
export const untilState = (page: Page, id: string, state: Source['state']): Promise<Source> =>
  until(async () => {
    const source = await sourceOf(page, id);
    return source?.state === state && source;
  }, `${id} ${state}`);
