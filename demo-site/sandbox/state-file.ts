import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { withVersions } from './retell/accounts.ts';
import { emptyVault, emptyWorld, type World } from './world.ts';

export interface StateFile {
  world: World;
  /** Notes a change; changes are written together soon after. */
  changed(): void;
  /** Writes pending changes. */
  close(): void;
}

/**
 * Keeps the state in a JSON file that only its owner may read, because it holds keys.
 * @param path absent: the state lives as long as the process
 * @throws Error one sentence, if the file is damaged
 */
export function openState(path: string | undefined): StateFile {
  const world = emptyWorld();
  if (path === undefined) return { world, changed() {}, close() {} };
  if (existsSync(path)) Object.assign(world, completed(read(path)));
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    // Written to a new file and moved into place: a crash leaves the old file or the new one, never half of one.
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

/** Adds the kinds of objects that an older state lacks. */
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
