import { openAsBlob } from 'node:fs';
import { refuse } from '../contract/refusal.ts';
import { countSend, readSource, type Source } from '../models/source.ts';
import { noteBase } from '../models/source-bases.ts';
import { later } from '../rules/time.ts';
import { voiceOf } from './integrations.ts';
import { readText, withFile } from './knowledge-file.ts';
import { baseNameOf } from './knowledge-values.ts';
import type { AgencyScope, Base, Deps, Material, VoiceAccess } from './ports.ts';

/** Retell has seen it; it needs a moment. */
const FIRST_LOOK_MS = 1_000;

/** The agency's account. Refuses with `voice.not_configured` where it has none. */
export const requireVoice = async (scope: AgencyScope, deps: Pick<Deps, 'keys'>): Promise<VoiceAccess> =>
  (await voiceOf(scope, deps)) ?? refuse('voice.not_configured');

/**
 * Has the provider make the base of a source, once, however often it is called: an answer that was lost is looked for by the name.
 * Refuses while the outcome is unknown. Only one process at a time may call it for a source.
 * @returns false where the provider does not take it, and never will, or where it was removed meanwhile
 */
export async function sendSource(source: Source, deps: Deps): Promise<boolean> {
  if (source.baseId !== undefined) return true;
  const access = await requireVoice(source, deps);
  const name = baseNameOf(source);
  const isFirst = (await countSend(source)) === 0;
  const known = isFirst ? undefined : await deps.voice.findBase(access, name);
  const base = known ?? (await withMaterial(source, (material) => deps.voice.createBase(access, name, material)));
  if (base === 'refused') return false;
  deps.reached('source.after_provider');
  return note(source, base, access, deps);
}

/**
 * Whoever removed the source meanwhile could not know of the base, nor could a process that was too slow and lost its turn: a base that is not
 * the source's is taken away. @returns whether the source has one
 */
async function note(source: Source, base: Base, access: VoiceAccess, deps: Deps): Promise<boolean> {
  const now = deps.now();
  if (await noteBase(source, { baseId: base.id, takenAt: now, checks: 0, checkAt: later(now, FIRST_LOOK_MS) })) return true;
  const found = await readSource(source, source._id);
  if (found?.baseId !== base.id) await deps.voice.removeBase(access, base.id);
  return found?.baseId !== undefined && found.attempt === source.attempt;
}

/** A part that was long on its way may have come in after the file was looked at: what is sent is what was looked at, or nothing. */
async function withMaterial<T>(source: Source, send: (material: Material) => Promise<T>): Promise<T | 'refused'> {
  const { kind, name, url = '' } = source;
  if (kind === 'url') return send({ kind, url });
  if (kind === 'text') return send({ kind, name, text: await readText(source) });
  return withFile(source, async ({ path }, hash) =>
    hash === source.hash ? send({ kind, name, file: await openAsBlob(path) }) : 'refused',
  );
}
