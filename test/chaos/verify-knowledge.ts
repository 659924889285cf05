import mongoose from 'mongoose';
import { cleanKnowledge } from '../../api/domain/knowledge/leftovers.ts';
import { baseNameOf, isOfClient, orderIdOf } from '../../api/domain/knowledge/values.ts';
import { type Order, OrderModel } from '../../api/models/order.ts';
import { type Source, SourceModel } from '../../api/models/source.ts';
import type { StorageAllowance } from '../../api/models/storage-allowance.ts';
import { later, MINUTE_MS } from '../../api/rules/time.ts';
import { compare } from './compare.ts';
import type { Person } from './person.ts';
import type { ChaosWorld } from './world.ts';

/** Longer than a reserved space waits for a source that never came. */
const CLEANING_MS = 15 * MINUTE_MS;
const quiet = { draining: new AbortController().signal, log: { info: () => {}, error: () => {} } };

/**
 * Checks that the provider has every ready source once, and nothing else. Each attempt of a source is its own order, and at most the last
 * one is charged. An added source exists until somebody deletes it, and then uses no space.
 */
export async function verifyKnowledge({ sandbox }: ChaosWorld, persons: readonly Person[]): Promise<string[]> {
  await cleanKnowledge(quiet, later(new Date(), CLEANING_MS));
  const sources = await SourceModel.find().lean<Source[]>();
  const orders = await OrderModel.find({ kind: 'knowledge' }).lean<Order[]>();
  const bases = sandbox.retell.bases().map(({ knowledge_base_name }) => knowledge_base_name);
  const ready = sources.filter(({ state }) => state === 'ready');
  return [
    ...compare('knowledge bases at the provider', bases, ready.map(baseNameOf)),
    ...sources.flatMap((source) => verifyTries(source, orders).map((complaint) => `${source._id}, ${source.state}: ${complaint}`)),
    ...verifyThere(sources, orders, persons),
    ...(await verifyAllowances(sources)),
    ...(await verifyParts(sources)),
  ];
}

/** Checks that a ready source's last attempt is paid, and that no attempt is paid otherwise. */
function verifyTries(source: Source, orders: readonly Order[]): string[] {
  const tries = orders.filter(({ subjectId }) => subjectId === source._id);
  const paid = tries.filter(({ state }) => state === 'done').map(({ _id }) => _id);
  const expected = source.state === 'ready' && isOfClient(source) ? [orderIdOf(source)] : [];
  return paid.join() === expected.join() ? [] : [`${paid.join()} was paid instead of ${expected.join()}`];
}

function verifyThere(sources: readonly Source[], orders: readonly Order[], persons: readonly Person[]): string[] {
  const there = new Set(sources.map(({ _id }) => _id));
  const deleted = new Set(persons.flatMap(({ deleted }) => [...deleted]));
  const added = persons.flatMap(({ added }) => [...added]);
  const paid = orders.filter(({ state }) => state === 'done').map(({ subjectId }) => subjectId);
  return [
    ...[...deleted].filter((id) => there.has(id)).map((id) => `${id} was deleted and is there`),
    ...added.filter((id) => !there.has(id) && !deleted.has(id)).map((id) => `${id} was said to be added and is not there`),
    ...paid.filter((id) => !there.has(id) && !deleted.has(id)).map((id) => `${id} was paid and is not there`),
  ];
}

/** Checks that the counted storage matches the sources. */
async function verifyAllowances(sources: readonly Source[]): Promise<string[]> {
  const rooms = await mongoose.connection.collection<StorageAllowance>('rooms').find().toArray();
  return rooms.flatMap(({ owner, changes, ...taken }) => {
    const own = sources.filter((source) => source.owner === owner);
    const bytes = own.reduce((sum, source) => sum + source.bytes, 0);
    if (taken.sources === own.length && taken.bytes === bytes) return [];
    const stateOf = (id: string) => own.find(({ _id }) => _id === id)?.state ?? 'gone';
    const named = changes.map(({ kind, sourceId }) => `${kind} ${sourceId}, ${stateOf(sourceId)}`).join('; ');
    return [`${owner} has ${own.length} sources of ${bytes} bytes, and room for ${taken.sources} of ${taken.bytes} is taken (${named})`];
  });
}

/** Checks that bytes are kept only for sources that may be sent again. */
async function verifyParts(sources: readonly Source[]): Promise<string[]> {
  const kept = await mongoose.connection.collection('sourceparts').distinct('sourceId');
  const states = new Map(sources.map(({ _id, state }) => [_id, state]));
  const needless = kept
    .map((id) => [String(id), states.get(String(id)) ?? 'gone'])
    .filter(([, state]) => state === 'ready' || state === 'gone');
  return needless.map(([id, state]) => `${id} is ${state}, and its bytes are kept`);
}
