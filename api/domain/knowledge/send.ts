import { openAsBlob } from 'node:fs';
import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { beginSend, endSend, noteBase, readSource, type Source } from '../../models/source.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Base, Deps, Material, VoiceAccess } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { requireVoice, voiceOf } from '../integrations/provider-accounts.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { dropFromAgents } from './agents.ts';
import { readText, withFile } from './file.ts';
import { failSource, LEASE_MS } from './states.ts';
import { baseNameOf, basePrefixOf } from './values.ts';

/** A source is not kept here for longer because the provider does not let go of it. */
const REMOVING_MS = DAY_MS;

/**
 * Has the provider make the base of a source, once, however often it is called: after an answer that was lost, the base is found by its name.
 * Refuses while the outcome is unknown.
 * @returns the source as it is then, failed where its content changed after its check; null where it moved on
 */
export async function sendSource(source: Source, deps: Deps): Promise<Source | null> {
  const now = deps.now();
  const sendingUntil = later(now, LEASE_MS);
  const before = await beginSend(source, now, sendingUntil);
  if (!before) return null;
  try {
    const access = await requireVoice(source, deps);
    const base = await makeBase(source, { access, isFirst: before.sends === 0 && source.attempt === 1 }, deps);
    if (base === 'changed') return await failSource(source, 'knowledge.processing_failed');
    deps.reached('source.after_provider');
    return await noteBaseOf(source, base, access, deps);
  } finally {
    await endSend(source, sendingUntil);
  }
}

async function makeBase(
  source: Source,
  { access, isFirst }: { access: VoiceAccess; isFirst: boolean },
  deps: Deps,
): Promise<Pick<Base, 'id'> | 'changed'> {
  const name = baseNameOf(source);
  const there = isFirst ? [] : await deps.voice.findBases(access, basePrefixOf(source));
  for (const stray of there) if (stray.name !== name) await deps.voice.removeBase(access, stray.id);
  const known = there.find((base) => base.name === name);
  return known ?? withMaterial(source, (material) => deps.voice.createBase(access, name, material));
}

/** Notes the base of a source. A base that the source does not keep, as it was removed or has another by now, is removed again. */
async function noteBaseOf(source: Source, base: Pick<Base, 'id'>, access: VoiceAccess, deps: Deps): Promise<Source | null> {
  const noted = await noteBase(source, base.id, deps.now());
  if (noted) return noted;
  const found = await readSource(source, source._id);
  if (found?.baseId !== base.id) await deps.voice.removeBase(access, base.id);
  return found?.state === source.state && found.attempt === source.attempt ? found : null;
}

/** A late part may have come in after the file was checked: only what was checked is sent. */
async function withMaterial<T>(source: Source, send: (material: Material) => Promise<T>): Promise<T | 'changed'> {
  const { kind, name, url = '' } = source;
  if (kind === 'url') return send({ kind, url });
  if (kind === 'text') return send({ kind, name, text: await readText(source) });
  return withFile(source, async ({ path }, hash) =>
    hash === source.hash ? send({ kind, name, file: await openAsBlob(path) }) : 'changed',
  );
}

/** @returns how far the provider is, or why the source failed: it cannot be read, or `isOverdue` */
export async function readProgress(
  source: Source,
  baseId: string,
  isOverdue: boolean,
  deps: Deps,
): Promise<'processing' | 'ready' | 'partly' | PlainCode> {
  try {
    const { state } = await deps.voice.readBase(await requireVoice(source, deps), baseId);
    return state === 'failed' || (state === 'processing' && isOverdue) ? 'knowledge.processing_failed' : state;
  } catch (error) {
    if (error instanceof Refusal && isOverdue) return error.keptCode;
    return (await refusedForGood(source, error, { sourceId: source._id, baseId }, deps)).keptCode;
  }
}

/** Removes the base of a source that could not be read. Where the provider refuses that and `isOverdue`, the base stays there. */
export async function removeBase(source: Source, baseId: string, isOverdue: boolean, deps: Deps): Promise<void> {
  try {
    await deps.voice.removeBase(await requireVoice(source, deps), baseId);
  } catch (error) {
    leaveBase(source, baseId, error, isOverdue, deps);
  }
}

/** Removes what the provider has of a source. What it does not let go of within a day stays there, and the log names it. */
export async function removeFromProvider(source: Source, deps: Deps): Promise<void> {
  const { _id: sourceId, agencyId, baseId, attempt, sends, doomedAt, createdAt } = source;
  if (baseId === undefined && sends === 0) return;
  const access = await voiceOf(source, deps);
  if (!access) {
    deps.log.info({ sourceId, agencyId }, 'source.base_left: no account is connected any more');
    return;
  }
  try {
    await dropFromAgents(source, access, deps);
    // After more than one request for a base, there may be bases whose answers were lost.
    const isOnly = baseId !== undefined && attempt === 1 && sends === 1;
    const bases = isOnly ? [{ id: baseId }] : await deps.voice.findBases(access, basePrefixOf(source));
    for (const { id } of bases) await deps.voice.removeBase(access, id);
  } catch (error) {
    leaveBase(source, baseId ?? basePrefixOf(source), error, later(doomedAt ?? createdAt, REMOVING_MS) <= deps.now(), deps);
  }
}

/** Throws the error again, unless the provider was asked for long enough. */
function leaveBase(
  { _id: sourceId, agencyId }: Source,
  base: string,
  error: unknown,
  isOverdue: boolean,
  { log }: Pick<Deps, 'log'>,
): void {
  if (!(error instanceof Refusal) || !isOverdue) throw error;
  const why = { code: error.code, cause: describeCause(error.cause) };
  log.error({ sourceId, agencyId, base, ...why }, 'source.base_left: the provider does not remove it');
}
