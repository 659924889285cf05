import type { Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';
import type { Refused } from '../../kit/refused.ts';

export type Source = Output<'knowledge.list'>['sources'][number];

/** How much of a file travels in one request. */
const PART_BYTES = 1024 * 1024;

/** One file on its way. It goes on from wherever it was cut. */
interface Upload {
  file: File;
  stop: AbortController;
  /** True while it waits for the network or for the visitor. */
  paused: boolean;
}

/** The files that this page sends, a part after the other and a file after the other. */
export class Uploads {
  readonly #kit: Kit;
  readonly #put: (source: Source) => void;
  readonly #all = new Map<string, Upload>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param put takes over what the API says of a source */
  constructor(kit: Kit, put: (source: Source) => void) {
    this.#kit = kit;
    this.#put = put;
  }

  has(sourceId: string): boolean {
    return this.#all.has(sourceId);
  }

  isPaused(sourceId: string): boolean {
    return this.#all.get(sourceId)?.paused ?? false;
  }

  /** Sends what is missing of a file, after those that are on their way already. */
  send(source: Source, file: File): Promise<void> {
    this.#all.set(source.id, { file, stop: new AbortController(), paused: false });
    const sent = this.#turn.then(() => this.#send(source));
    this.#turn = sent;
    return sent;
  }

  /** Goes on with one that was stopped. */
  async resume(source: Source): Promise<void> {
    const upload = this.#all.get(source.id);
    if (upload?.paused) await this.send(source, upload.file);
  }

  cancel(sourceId: string): void {
    this.#all.get(sourceId)?.stop.abort();
    this.#all.delete(sourceId);
  }

  async #send(from: Source): Promise<void> {
    for (let source = from; source.state === 'uploading'; ) {
      const upload = this.#all.get(source.id);
      if (!upload || upload.stop.signal.aborted) return;
      const offset = source.receivedBytes;
      try {
        const body = upload.file.slice(offset, offset + PART_BYTES);
        source = await this.#kit.call('knowledge.upload', { sourceId: source.id, offset }, { body, signal: upload.stop.signal });
      } catch (error) {
        if (upload.stop.signal.aborted) return;
        const { retry, code } = error as Refused;
        // Somebody else sent a part, or an answer was lost: the API says where to go on.
        const known = retry ? undefined : await this.#reread(source.id);
        if (code === 'knowledge.part_misplaced' && known && known.receivedBytes !== offset) {
          source = known;
          continue;
        }
        if (known) this.#put(known);
        if (retry) upload.paused = true;
        else this.#all.delete(source.id);
        this.#put(known ?? source);
        return;
      }
      this.#put(source);
    }
    this.#all.delete(from.id);
  }

  async #reread(sourceId: string): Promise<Source | undefined> {
    const { sources } = await this.#kit.read('knowledge.list', {}).catch(() => ({ sources: [] as Source[] }));
    return sources.find(({ id }) => id === sourceId);
  }
}
