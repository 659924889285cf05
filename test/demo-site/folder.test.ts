import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { makeDataFolder } from '../../demo-site/folder.ts';

const parent = await mkdtemp(join(tmpdir(), 'folder-test-'));
after(() => rm(parent, { recursive: true, force: true }));

test('npm start SX38: a data folder is created with its parents for this user alone, or refused at once', async () => {
  const folder = join(parent, 'a', 'b');
  for (const _ of ['made', 'there already']) makeDataFolder(folder);
  for (const path of [folder, join(parent, 'a')]) assert.equal((await stat(path)).mode & 0o777, 0o700, path);
  assert.throws(() => makeDataFolder('/proc/livery/data'), {
    message: 'DATA_DIR: /proc/livery/data cannot be made (ENOENT). Set it to a folder that can.',
  });
});
