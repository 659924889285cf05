import type { Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';
import { Poller } from '../../kit/poller.ts';
import { Actions } from '../../ui/actions.ts';
import { asUtf8, describeFile, type Item, isAddable, itemsOf, type Quote, type Staged } from './staged.ts';
import { type Source, Uploads } from './uploads.ts';

type List = Output<'knowledge.list'>;
type Agent = Output<'agents.list'>['agents'][number];

/** How many are added in one request. */
const AT_ONCE = 20;
const moving: readonly Source['state'][] = ['uploading', 'checking', 'processing', 'removing'];

/** Everything that the element knows and does about knowledge. It calls; the views show. */
export class SourcesStore extends Actions {
  readonly #kit: Kit;
  readonly uploads: Uploads;
  readonly #poller = new Poller(() => this.#look(), { min: 1_000, max: 8_000 });
  #names = 0;
  #quoting = 0;
  list: List | undefined;
  agents: Agent[] = [];
  staged: Staged[] = [];
  quote: Quote | undefined;
  /** The file that is being hashed. */
  reading: string | undefined;
  /** True if the staged sources are added as soon as there are credits for them. */
  isWaiting = false;

  constructor(kit: Kit, changed: () => void) {
    super(changed);
    this.#kit = kit;
    this.uploads = new Uploads(kit, (source) => this.#put(source));
  }

  read(): Promise<boolean> {
    return this.do('read', async () => {
      const [list, { agents }] = await Promise.all([this.#kit.read('knowledge.list', {}), this.#kit.read('agents.list', {})]);
      this.list = list;
      this.agents = agents;
      this.#follow();
    });
  }

  /** Stops looking, where the element leaves the page. Uploads go on. */
  rest(): void {
    this.#poller.stop();
  }

  /** Puts files on the list: their hashes tell what is there already, before a byte is sent. */
  async stageFiles(files: readonly File[]): Promise<void> {
    const fresh: Staged[] = files.map((file) => ({ id: ++this.#names, name: file.name, bytes: file.size, file }));
    this.staged = [...this.staged, ...fresh];
    for (const one of fresh) {
      this.reading = one.name;
      this.changed();
      one.file = await asUtf8(one.file as File); // it was made of one
      one.bytes = one.file.size;
      one.item = await describeFile(one.file);
    }
    this.reading = undefined;
    await this.requote();
  }

  async stage(item: Exclude<Item, { kind: 'file' }>): Promise<void> {
    const [name, bytes] = item.kind === 'text' ? [item.name, new Blob([item.text]).size] : [item.url, 0];
    this.staged = [...this.staged, { id: ++this.#names, name, bytes, item }];
    await this.requote();
  }

  async unstage(ids: readonly number[]): Promise<void> {
    this.staged = this.staged.filter(({ id }) => !ids.includes(id));
    await this.requote();
  }

  /** The cost of the list at the present prices. */
  async requote(): Promise<void> {
    const turn = ++this.#quoting;
    const items = itemsOf(this.staged);
    if (items.length === 0) {
      this.quote = undefined;
      this.isWaiting = false;
      return this.changed();
    }
    await this.do('quote', async () => {
      const quote = await this.#kit.call('knowledge.quote', { items });
      if (turn === this.#quoting) this.quote = quote;
    });
    if (this.isWaiting && this.quote?.shortMillis === 0) await this.add();
  }

  /** Adds what is on the list at the price that was shown, and sends the files. Where credits are short, it waits for them. */
  async add(): Promise<void> {
    this.isWaiting = (this.quote?.shortMillis ?? 0) > 0;
    if (this.isWaiting || this.busy === 'add') return this.changed();
    const addable = this.staged.filter((_, at) => isAddable(this.quote?.items[at]));
    await this.do('add', async () => {
      for (let at = 0; at < addable.length; at += AT_ONCE) await this.#addSome(addable.slice(at, at + AT_ONCE));
      this.staged = [];
      this.quote = undefined;
    });
    if (this.refusedAt('add')?.code === 'quote.changed') await this.requote();
    this.#follow();
  }

  async #addSome(some: Staged[]): Promise<void> {
    const items = itemsOf(some);
    const { totalMillis } = await this.#kit.call('knowledge.quote', { items });
    const { sources } = await this.#kit.attempt('knowledge.add', { items, totalMillis });
    this.staged = this.staged.filter((one) => !some.includes(one));
    for (const [at, source] of sources.entries()) {
      const file = some[at]?.file;
      if (!source) continue;
      this.#put(source);
      if (file) void this.uploads.send(source, file);
    }
    this.#kit.announce('wl-knowledge-added', { sourceIds: sources.flatMap((source) => (source ? [source.id] : [])) });
  }

  /** Goes on with an upload whose page was left: the file is chosen again. @returns whether it can be the same one; its hash tells in the end */
  reopen(source: Source, file: File): boolean {
    if (file.size !== source.bytes) return false;
    void this.uploads.send(source, file);
    this.#follow();
    return true;
  }

  /** Takes another file instead of one that was refused. The refused one goes first, so that its room is free. */
  async replace(sourceId: string, file: File): Promise<void> {
    if (await this.remove(sourceId)) await this.stageFiles([file]);
  }

  retry(sourceId: string): Promise<boolean> {
    return this.do(sourceId, async () => this.#put(await this.#kit.attempt('knowledge.retry', { sourceId })));
  }

  remove(sourceId: string): Promise<boolean> {
    this.uploads.cancel(sourceId);
    return this.do(sourceId, async () => {
      await this.#kit.call('knowledge.remove', { sourceId });
      this.list = await this.#kit.read('knowledge.list', {});
    });
  }

  attach(sourceId: string, agentId: string, isAttached: boolean): Promise<boolean> {
    const operation = isAttached ? 'knowledge.attach' : 'knowledge.detach';
    return this.do(sourceId, async () => {
      const { agentVersion: version, ...source } = await this.#kit.call(operation, { sourceId, agentId });
      this.agents = this.agents.map((agent) => (agent.id === agentId ? { ...agent, version } : agent));
      this.#put(source);
    });
  }

  #put(source: Source): void {
    this.#take(source);
    this.changed();
    this.#follow();
  }

  #take(source: Source): void {
    const { list } = this;
    if (!list) return;
    const before = list.sources.find(({ id }) => id === source.id);
    // A new one takes up its room at once, whatever becomes of it.
    const { count, storageBytes } = list;
    this.list = before
      ? { ...list, sources: list.sources.map((one) => (one === before ? source : one)) }
      : {
          ...list,
          sources: [source, ...list.sources],
          count: { ...count, used: count.used + 1 },
          storageBytes: { ...storageBytes, used: storageBytes.used + source.bytes },
        };
    if (source.state === 'ready' && before && before.state !== 'ready')
      this.#kit.announce('wl-source-ready', { sourceId: source.id, name: source.name });
  }

  get #isMoving(): boolean {
    return this.list?.sources.some(({ state }) => moving.includes(state)) ?? false;
  }

  /** Looks again while something is on its way. */
  #follow(): void {
    if (this.#isMoving) this.#poller.start();
    else this.#poller.stop();
  }

  /** @returns whether something is on its way still */
  async #look(): Promise<boolean> {
    const list = await this.#kit.read('knowledge.list', {}).catch(() => undefined);
    if (list) {
      const known = this.list?.sources ?? [];
      for (const source of list.sources) if (known.some(({ id }) => id === source.id)) this.#take(source);
      this.list = list;
      this.changed();
    }
    return this.#isMoving;
  }
}
