import { randomText } from '../ids.ts';
import type { World } from '../world.ts';
import type { RetellAccount } from './objects.ts';

export interface RetellCore {
  world: World;
  /** Processing time of a base, by the sandbox's clock. */
  processingMillis: number;
  /** Number of next bases that fail. */
  failing: { bases: number };
  changed(): void;
}

/** A request to Retell with a known key and a checked body. */
export interface Call<Body> {
  core: RetellCore;
  account: RetellAccount;
  body: Body;
  files: readonly ReceivedFile[];
  /** Values from the path: `:id`, `:source`. */
  named: Record<string, string>;
  /** Values from the query: `version`, `limit`. */
  asked: Record<string, string>;
}

/** The stored facts of a received file. */
export interface ReceivedFile {
  name: string;
  bytes: number;
  sha256: string;
}

export const nowMillis = ({ clock }: World): number => Date.now() + clock.offsetSeconds * 1000;

/** Returns an id in Retell's form: a word and 16 letters and digits. */
export const newRetellId = (word: string): string => `${word}_${randomText(16).toLowerCase()}`;
