import { randomText } from '../ids.ts';
import type { World } from '../world.ts';
import type { RetellAccount } from './objects.ts';

export interface RetellCore {
  world: World;
  /** How long a base is worked on, by the sandbox's clock. */
  processingMillis: number;
  /** How many of the next bases fail. */
  failing: { bases: number };
  changed(): void;
}

/** One request to Retell, its key known and its body checked. */
export interface Call<Body> {
  core: RetellCore;
  account: RetellAccount;
  body: Body;
  files: readonly ReceivedFile[];
  /** What the path names: `:id`, `:source`. */
  named: Record<string, string>;
  /** What the query says: `version`, `limit`. */
  asked: Record<string, string>;
}

/** A file of which only this is kept. */
export interface ReceivedFile {
  name: string;
  bytes: number;
  sha256: string;
}

export const nowMillis = ({ clock }: World): number => Date.now() + clock.offsetSeconds * 1000;

/** Ids in the manner of Retell's: a word and 16 letters and digits. */
export const newRetellId = (word: string): string => `${word}_${randomText(16).toLowerCase()}`;
