import { createHash } from 'node:crypto';
import type { Input, Output } from '../../api/contract/index.ts';
import { type Action, type Asker, codeOf, type Person } from './person.ts';
import { retryUntil } from './waits.ts';

type Source = NonNullable<Output<'knowledge.add'>['sources'][number]>;
type Item = Input<'knowledge.quote'>['items'][number];

/** The side that adds and deletes: the person, or the agency's server for the agency itself. */
type Who = (person: Person) => Asker;
const itself: Who = (person) => person;
const itsAgency: Who = ({ agency }) => agency;

const PART_BYTES = 1_000;
const PARTS = 3;

/** Adds a source at its quoted price. */
async function add(person: Person, asker: Asker, item: Item): Promise<Source | undefined> {
  const { status, body: quote } = await asker.ask('knowledge.quote', { items: [item] });
  if (status !== 200) return undefined;
  const reply = await asker.ask('knowledge.add', { items: [item], totalMillis: quote.totalMillis });
  if (codeOf(reply) === 'credits.insufficient') await person.grantCredits();
  return reply.status === 200 ? (reply.body.sources[0] ?? undefined) : undefined;
}

const textItem = (name: string): Item => ({ kind: 'text', name, text: `About ${name}` });

const addText =
  (word: string, who: Who = itself): Action =>
  async (person) => {
    const source = await add(person, who(person), textItem(`${word} ${person.newName()}`));
    if (source) person.added.add(source.id);
    return source !== undefined;
  };

/** Makes up a file that takes several parts. */
function write(person: Person): { content: string; item: Item & { kind: 'file' } } {
  const name = person.newName();
  const content = `About ${name}. `.repeat(PART_BYTES).slice(0, PARTS * PART_BYTES);
  const hash = createHash('sha256').update(content).digest('hex');
  return { content, item: { kind: 'file', name: `${name}.txt`, bytes: content.length, hash } };
}

/**
 * Sends the parts from an offset on, by default to the end.
 * @returns the code of a refusal
 */
async function send(asker: Asker, sourceId: string, content: string, { from = 0, parts = PARTS } = {}): Promise<string | undefined> {
  for (let offset = from; offset < Math.min(content.length, from + parts * PART_BYTES); offset += PART_BYTES) {
    const reply = await asker.sendPart({ sourceId, offset }, content.slice(offset, offset + PART_BYTES));
    if (reply.status !== 200) return codeOf(reply);
  }
  return undefined;
}

const list = async (asker: Asker): Promise<Source[]> => {
  const { status, body } = await asker.ask('knowledge.list', {});
  return status === 200 ? body.sources : [];
};

const uploadFile =
  (who: Who = itself): Action =>
  async (person) => {
    const { content, item } = write(person);
    const source = await add(person, who(person), item);
    if (!source || (await send(who(person), source.id, content)) !== undefined) return false;
    person.added.add(source.id);
    return true;
  };

const deleteOne =
  (who: Who = itself): Action =>
  async (person) => {
    const chosen = person.pick(await list(who(person)));
    if (!chosen) return false;
    person.deleted.add(chosen.id);
    const reply = await who(person).ask('knowledge.remove', { sourceId: chosen.id });
    return reply.status === 200 || codeOf(reply) === 'source.not_found';
  };

/**
 * Retries a source that the provider could not read.
 * @param prepare runs before the retry
 */
const retry =
  (word: string, prepare: (person: Person) => void): Action =>
  async (person) => {
    const find = async () => (await list(person)).find(({ name, state }) => name.startsWith(`${word} `) && state === 'failed');
    let failed = await find();
    if (!failed) {
      prepare(person);
      if (await addText(word)(person)) failed = await retryUntil(find);
    }
    if (!failed) return false;
    const reply = await person.ask('knowledge.retry', { sourceId: failed.id });
    if (codeOf(reply) === 'credits.insufficient') await person.grantCredits();
    // If the first answer was lost, the repetition finds it in progress.
    return reply.status === 200 || codeOf(reply) === 'source.not_failed';
  };

export const knowledgeActions = {
  'text added': addText('text'),
  'text that cannot be read': addText('corrupt'),
  'file uploaded in parts': uploadFile(),

  /** The page is closed after a part; another page asks how much arrived and resends that part. */
  async 'upload resumed'(person) {
    const { content, item } = write(person);
    const begun = await add(person, person, item);
    if (!begun || (await send(person, begun.id, content, { parts: 1 })) !== undefined) return false;
    const found = (await list(person)).find(({ id }) => id === begun.id);
    if (!found || (await send(person, found.id, content, { parts: 1 })) !== undefined) return false;
    if ((await send(person, found.id, content, { from: found.receivedBytes })) !== undefined) return false;
    person.added.add(found.id);
    return true;
  },

  async 'upload left half-way'(person) {
    const { content, item } = write(person);
    const begun = await add(person, person, item);
    return begun !== undefined && (await send(person, begun.id, content, { parts: 1 })) === undefined;
  },

  /** Refused with its last part. If that answer was lost, none of the file is kept any more. */
  async 'file that is not what was announced'(person) {
    const { content, item } = write(person);
    const begun = await add(person, person, item);
    const code = begun && (await send(person, begun.id, content.toUpperCase()));
    return code === 'knowledge.hash_differs' || code === 'knowledge.part_misplaced';
  },

  'source deleted': deleteOne(),
  'source tried again': retry('unlucky', ({ sandbox }) => sandbox.retell.failNext()),
  'source tried again in vain': retry('corrupt', () => {}),

  "agency's own text added": addText('own', itsAgency),
  "agency's own file uploaded": uploadFile(itsAgency),
  "agency's own source deleted": deleteOne(itsAgency),
} satisfies Record<string, Action>;
