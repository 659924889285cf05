import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { withVersions } from './retell/accounts.ts';
import { emptyVault, emptyWorld, type World } from './world.ts';

export interface StateFile {
  world: World;
  /** Says that something changed; it is written soon after, many changes at once. */
  changed(): void;
  /** Writes what is not written yet. */
  close(): void;
}

/**
 * Keeps the world in a JSON file that only its owner may read, for it holds keys.
 * @param path absent = the world lives as long as the process
 * @throws Error one sentence, when the file is there but damaged
 */
export function openState(path: string | undefined): StateFile {
  const world = emptyWorld();
  if (path === undefined) return { world, changed() {}, close() {} };
  if (existsSync(path)) Object.assign(world, completed(read(path)));
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    // Written beside and moved into place: a crash leaves the old file or the new one, never half of one.
    writeFileSync(`${path}.new`, JSON.stringify(world), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  return {
    world,
    changed() {
      timer ??= setTimeout(write, 200);
    },
    close() {
      if (timer) write();
    },
  };
}

/** A state of an older sandbox lacks the kinds of objects that came since. */
const completed = (world: Partial<World>): Partial<World> => ({
  ...emptyWorld(),
  ...world,
  retell: (world.retell ?? []).map(withVersions),
  vaults: (world.vaults ?? []).map((vault) => ({ ...emptyVault(vault.accountId, vault.livemode), ...vault })),
});

function read(path: string): Partial<World> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`The sandbox cannot read its state in ${path}; delete the file to start anew.`, { cause: error });
  }
}
