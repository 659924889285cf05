import { LISTED_MAX, OFFERED_MAX } from '../../contract/agencies/agencies.ts';
import type { PlainCode } from '../../contract/index.ts';
import type { Whole } from '../../contract/patch.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Mode, ModeSettings } from '../../models/agency.ts';
import { newId } from '../../security/random.ts';

/** An item of an agency's list. Retired items stay in the list. */
export interface ListedItem {
  id: string;
  name: string;
  active: boolean;
}

/** The named fields of an item. */
export interface ItemDraft {
  id?: string | undefined;
  name?: string | null | undefined;
}

/** A kind of list: plans or packages. */
export interface ListKind<One extends ListedItem, Draft extends ItemDraft> {
  at: 'plans' | 'packages';
  prefix: 'pln' | 'pkg';
  /** The input field with an item's id. */
  param: 'planId' | 'packageId';
  tooMany: 'plan.too_many' | 'package.too_many';
  notFound(id: string): PlainCode;
  whole: Whole;
  listIn(settings: ModeSettings): readonly One[];
  /**
   * Completes an item from its named fields.
   * @param at its position in the input
   * @param first the first plan, as it will be
   */
  complete(draft: Draft & { id: string }, known: One | undefined, at: string, first: ModeSettings['plan']): One;
  /**
   * Gives what only one item can have to the one whose change names it, and takes it from the others. Refuses a second one that names it.
   * @param at the position of a change in the input
   */
  settle(list: One[], changes: readonly (Draft & { id: string })[], at: (index: number) => string): One[];
  /** Refuses an item that does not fit the first plan. */
  check(one: One, first: ModeSettings['plan'], at: string): void;
}

/**
 * Merges the agency's list into the stored one: named fields change, and items missing from the list are retired behind it. A draft without
 * an id means the active item of its name, so that a script which declares everything creates nothing twice.
 */
export function mergeList<One extends ListedItem, Draft extends ItemDraft>(
  kind: ListKind<One, Draft>,
  stored: readonly One[],
  drafts: readonly Draft[],
  { mode, first }: { mode: Mode; first: ModeSettings['plan'] },
): One[] {
  const { at, prefix } = kind;
  const named = new Set(drafts.flatMap(({ id }) => id ?? []));
  const unnamed = stored.filter(({ id, active }) => active && !named.has(id));
  const seen = new Set<string>();
  const changes = drafts.map((draft, index) => {
    const id = draft.id ?? takeByName(unnamed, draft.name)?.id ?? newId(prefix);
    if (seen.has(id)) refuse('input.invalid', { param: `${at}.${index}.id`, values: { reason: 'listed_before', id } });
    seen.add(id);
    return { ...draft, id };
  });
  const listed = changes.map((change, index) => {
    const known = stored.find((one) => one.id === change.id);
    return kind.complete(change, known, `${at}.${index}`, first);
  });
  const whole = kind.settle(withRetired(listed, stored), changes, (index) => `${at}.${index}`);
  return withinLimits(kind, whole, mode);
}

/** Appends the stored items that a list leaves out, retired. */
export function withRetired<One extends ListedItem>(listed: readonly One[], stored: readonly One[]): One[] {
  const ids = new Set(listed.map(({ id }) => id));
  return [...listed, ...stored.filter(({ id }) => !ids.has(id)).map((one) => ({ ...one, active: false }))];
}

/** Refuses a list that is too long. In test, where nobody has bought anything, the last retired items make room. */
export function withinLimits<One extends ListedItem>(
  { at, tooMany }: Pick<ListKind<One, ItemDraft>, 'at' | 'tooMany'>,
  whole: One[],
  mode: Mode,
): One[] {
  const list = mode === 'test' ? withoutLastRetired(whole, whole.length - LISTED_MAX) : whole;
  if (list.length > LISTED_MAX || list.filter(({ active }) => active).length > OFFERED_MAX)
    refuse(tooMany, { param: at, values: { offered: OFFERED_MAX, all: LISTED_MAX } });
  return list;
}

function withoutLastRetired<One extends ListedItem>(list: One[], count: number): One[] {
  const last = new Set(list.filter(({ active }) => !active).slice(count > 0 ? -count : list.length));
  return list.filter((one) => !last.has(one));
}

/** Takes the first item of this name, so that two drafts of one name mean two items. */
function takeByName<One extends ListedItem>(unnamed: One[], name: ItemDraft['name']): One | undefined {
  const index = unnamed.findIndex((one) => one.name === name);
  return index < 0 ? undefined : unnamed.splice(index, 1)[0];
}
