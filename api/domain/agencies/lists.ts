import { LISTED_MAX, OFFERED_MAX } from '../../contract/agencies.ts';
import type { ErrorCode } from '../../contract/index.ts';
import type { Whole } from '../../contract/patch.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ModeSettings } from '../../models/agency.ts';
import { newId } from '../../security/random.ts';

/** What an agency has a list of. What is no longer on offer stays in it. */
export interface ListedItem {
  id: string;
  name: string;
  active: boolean;
}

/** What is named of one. */
export interface ItemDraft {
  id?: string | undefined;
  name?: string | null | undefined;
}

/** Plans, or packages. */
export interface ListKind<One extends ListedItem, Draft extends ItemDraft> {
  at: 'plans' | 'packages';
  prefix: 'pln' | 'pkg';
  /** The field that names one by its id. */
  param: 'planId' | 'packageId';
  tooMany: ErrorCode;
  notFound(id: string): ErrorCode;
  whole: Whole;
  listIn(settings: ModeSettings): readonly One[];
  /** The whole of one, by what is named of it. @param at where it stands in what was sent */
  complete(draft: Draft & { id: string }, known: One | undefined, at: string): One;
  /** Refuses one that does not go with the first plan. */
  check(one: One, first: ModeSettings['plan'], at: string): void;
}

/**
 * A list as the agency writes it, merged into the one that is stored: what is named of one changes, and those that are not in the list are
 * retired behind it. A draft without an id is the active one of its name, so that a script that declares everything makes nothing twice.
 */
export function mergeList<One extends ListedItem, Draft extends ItemDraft>(
  kind: ListKind<One, Draft>,
  stored: readonly One[],
  drafts: readonly Draft[],
): One[] {
  const { at, prefix } = kind;
  const named = new Set(drafts.flatMap(({ id }) => id ?? []));
  const unnamed = stored.filter(({ id, active }) => active && !named.has(id));
  const seen = new Set<string>();
  const listed = drafts.map((draft, index) => {
    const id = draft.id ?? takeByName(unnamed, draft.name)?.id ?? newId(prefix);
    if (seen.has(id)) {
      const sentence = `${id} stands in the list before; leave the id out for a new one.`;
      refuse('input.invalid', { param: `${at}.${index}.id`, values: { sentence } });
    }
    seen.add(id);
    const known = stored.find((one) => one.id === id);
    return kind.complete({ ...draft, id }, known, `${at}.${index}`);
  });
  return withinLimits(kind, withRetired(listed, stored));
}

/** A list with those behind it that it leaves out, which are no longer on offer. */
export function withRetired<One extends ListedItem>(listed: readonly One[], stored: readonly One[]): One[] {
  const ids = new Set(listed.map(({ id }) => id));
  return [...listed, ...stored.filter(({ id }) => !ids.has(id)).map((one) => ({ ...one, active: false }))];
}

/** Refuses a list that grew too long. */
export function withinLimits<One extends ListedItem>({ at, tooMany }: { at: string; tooMany: ErrorCode }, list: One[]): One[] {
  if (list.length > LISTED_MAX || list.filter(({ active }) => active).length > OFFERED_MAX)
    refuse(tooMany, { param: at, values: { offered: OFFERED_MAX, all: LISTED_MAX } });
  return list;
}

/** The first of this name, which is then taken: two drafts of one name are two. */
function takeByName<One extends ListedItem>(unnamed: One[], name: ItemDraft['name']): One | undefined {
  const index = unnamed.findIndex((one) => one.name === name);
  return index < 0 ? undefined : unnamed.splice(index, 1)[0];
}
