import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedWorld, type Row, rows } from './world.ts';

export interface Tampering {
  what: string;
  do(): Promise<unknown>;
  /** The beginning of the check that finds it, and its sentence. */
  found: [check: string, sentence: RegExp];
}

/** Changes one document, as somebody with access to the database could. */
export async function change(name: string, _id: string | number, work: (row: never) => unknown): Promise<void> {
  const row = await rows(name).findOne({ _id });
  assert(row, `there is ${_id} in ${name}`);
  work(row as never);
  await rows(name).replaceOne({ _id }, row);
}

/** Copies a document under another name. */
export async function copy(name: string, _id: string, as: Partial<Row>): Promise<void> {
  const row = await rows(name).findOne({ _id });
  assert(row, `there is ${_id} in ${name}`);
  const { slots: _slots, ...rest } = row;
  await rows(name).insertOne({ ...rest, ...as } as Row);
}

export const remove = async (name: string, _id: string | number) => assert.equal((await rows(name).deleteOne({ _id })).deletedCount, 1);

/** Runs each change, expects it to be found and named, and restores everything; at the end nothing else is found. */
export function testTamperings(world: AuditedWorld, tamperings: readonly Tampering[], restore: () => Promise<void>): void {
  const broken = async () => (await world.audit()).checks.filter(({ ok }) => !ok);
  for (const {
    what,
    do: tamper,
    found: [name, sentence],
  } of tamperings)
    test(`audit A35 SX12: ${what}: it is found and named`, async () => {
      await tamper();
      const checks = await broken();
      await restore();
      const check = checks.find((one) => one.name.startsWith(name));
      assert.match(check?.detail ?? '', sentence, JSON.stringify(checks, null, 1));
    });

  test('audit A35 SX12: after all of it is restored, nothing is found', async () => {
    assert.deepEqual(await broken(), []);
  });
}
