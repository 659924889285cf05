import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runs } from '../../support/runs.ts';
import { AuditedWorld, type Row, rows, snapshot } from './world.ts';

const world = await AuditedWorld.open();
await world.shop.api.stopDueWork();
await world.register();
const restore = await snapshot();

type Path = readonly (string | number)[];

/** Lists the paths of all values in a document that are no objects. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object' || value instanceof Date) return [path];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(part, [...path, name]));
}

/** Copies a document with one value changed or removed. */
function changed(row: Row, path: Path, how: 'change' | 'leave out'): Row {
  const copy = structuredClone(row);
  const holder = path.slice(0, -1).reduce<Record<string, unknown>>((part, name) => part[name] as Record<string, unknown>, copy);
  const name = String(path.at(-1));
  const before = holder[name];
  if (how === 'leave out') delete holder[name];
  else if (before instanceof Date) holder[name] = new Date(before.getTime() + 1);
  else if (typeof before === 'number')
    holder[name] = before + 1_000_000; // a number that is free
  else holder[name] = typeof before === 'string' ? `${before}x` : 'x';
  return copy;
}

for (const name of ['transfers', 'journals', 'registers']) {
  const all = await rows(name).find().toArray();
  const anyRow = fc.constantFrom(...all);

  test(`audit A35 SX12: any changed or removed value of ${name} is found`, async () => {
    const change = anyRow.chain((row) =>
      fc.record({ row: fc.constant(row), path: fc.constantFrom(...leavesOf(row)), how: fc.constantFrom('change', 'leave out') }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ({ row, path, how }) => {
        if (path.length === 1 && path[0] === '_id' && how === 'leave out') return; // every document needs one
        const forged = changed(row, path, how as 'change');
        await rows(name).deleteOne({ _id: row._id });
        await rows(name).insertOne(forged);
        const { violations } = await world.audit();
        await rows(name).deleteOne({ _id: forged._id });
        await rows(name).insertOne(row);
        assert(violations > 0, `${String(row._id)}: ${path.join('.')} was ${how === 'change' ? 'changed' : 'left out'}`);
      }),
      { numRuns: runs(10) },
    );
    await restore();
  });

  test(`audit A35 SX12: any removed document of ${name} is missed`, async () => {
    // Only an operator who kept the newest register's head notices that it is gone.
    const newest = all.at(-1)?._id;
    await fc.assert(
      fc.asyncProperty(anyRow, async (row) => {
        if (name === 'registers' && row._id === newest) return;
        await rows(name).deleteOne({ _id: row._id });
        const { violations } = await world.audit();
        await rows(name).insertOne(row);
        assert(violations > 0, `${String(row._id)} was removed`);
      }),
      { numRuns: runs(4) },
    );
    await restore();
  });
}

test('audit A35 SX12: after all of it is restored, nothing is found', async () => {
  assert.deepEqual((await world.audit()).violations, 0);
});
