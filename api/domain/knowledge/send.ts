import { openAsBlob } from 'node:fs';
import type { PlainCode } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { countSend, noteBase, readSource, type Source } from '../../models/source.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyScope, Base, Deps, Material, VoiceAccess } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { voiceOf } from '../directory/provider-accounts.ts';
import { readText, withFile } from './file.ts';
import { baseNameOf, basePrefixOf } from './values.ts';

/** Retell has seen it; it needs a moment. */
const FIRST_LOOK_MS = 1_000;
/** Credits are not set aside for longer than this for what the provider does not take. */
const SENDING_MS = DAY_MS;

/** The agency's account. Refuses with `voice.not_configured` where it has none. */
export const requireVoice = async (scope: AgencyScope, deps: Pick<Deps, 'keys'>): Promise<VoiceAccess> =>
  (await voiceOf(scope, deps)) ?? refuse('voice.not_configured');

/**
 * Has the provider take a source, and gives up after a day in which it did not. A base that it may have made all the same goes with the next
 * try, or with the source. Refuses before then while the outcome is unknown.
 */
export async function deliverSource(source: Source, deps: Deps): Promise<{ delivered: true } | { delivered: false; code: PlainCode }> {
  try {
    return (await sendSource(source, deps)) ? { delivered: true } : { delivered: false, code: 'knowledge.processing_failed' };
  } catch (error) {
    const { _id: sourceId, agencyId, sendingAt } = source;
    const isOverdue = sendingAt !== undefined && later(sendingAt, SENDING_MS) <= deps.now();
    if (!(error instanceof Refusal) || !isOverdue) throw error;
    deps.log.error(
      { sourceId, agencyId, code: error.code, cause: describeCause(error.cause) },
      'source.given_up: the provider did not take it',
    );
    return { delivered: false, code: error.keptCode };
  }
}

/**
 * Has the provider make the base of a source, once, however often it is called: an answer that was lost is looked for by the name.
 * Refuses while the outcome is unknown. Only one process at a time may call it for a source.
 * @returns false where it is not sent, because its content changed, or where it was removed meanwhile
 */
export async function sendSource(source: Source, deps: Deps): Promise<boolean> {
  if (source.baseId !== undefined) return true;
  const isFirst = (await countSend(source, deps.now())) === 0 && source.attempt === 1;
  const access = await requireVoice(source, deps);
  const name = baseNameOf(source);
  const there = isFirst ? [] : await deps.voice.findBases(access, basePrefixOf(source));
  for (const stray of there) if (stray.name !== name) await deps.voice.removeBase(access, stray.id);
  const known = there.find((base) => base.name === name);
  const base = known ?? (await withMaterial(source, (material) => deps.voice.createBase(access, name, material)));
  if (base === 'changed') return false;
  deps.reached('source.after_provider');
  return note(source, base, access, deps);
}

/**
 * Whoever removed the source meanwhile could not know of the base, nor could a process that was too slow and lost its turn: a base that is not
 * the source's is taken away. @returns whether the source has one
 */
async function note(source: Source, base: Pick<Base, 'id'>, access: VoiceAccess, deps: Deps): Promise<boolean> {
  const now = deps.now();
  if (await noteBase(source, { baseId: base.id, takenAt: now, checks: 0, checkAt: later(now, FIRST_LOOK_MS) })) return true;
  const found = await readSource(source, source._id);
  if (found?.baseId !== base.id) await deps.voice.removeBase(access, base.id);
  return found?.baseId !== undefined && found.attempt === source.attempt;
}

/** A part that was long on its way may have come in after the file was looked at: what is sent is what was looked at, or nothing. */
async function withMaterial<T>(source: Source, send: (material: Material) => Promise<T>): Promise<T | 'changed'> {
  const { kind, name, url = '' } = source;
  if (kind === 'url') return send({ kind, url });
  if (kind === 'text') return send({ kind, name, text: await readText(source) });
  return withFile(source, async ({ path }, hash) =>
    hash === source.hash ? send({ kind, name, file: await openAsBlob(path) }) : 'changed',
  );
}
