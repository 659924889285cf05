import { LISTED_MAX, OFFERED_MAX } from '../contract/agencies.ts';
import type { ErrorCode } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import { newId } from '../security/random.ts';

/** What an agency has a list of: plans, packages. What is no longer on offer stays in the list. */
interface Item {
  id: string;
  name: string;
  active: boolean;
}

interface Draft {
  id?: string | undefined;
  name?: string | null | undefined;
}

interface Kind<One extends Item, Of extends Draft> {
  at: 'plans' | 'packages';
  prefix: 'pln' | 'pkg';
  tooMany: ErrorCode;
  /** The whole of one, by what is named of it. @param at where it stands in what was sent */
  complete(draft: Of & { id: string }, known: One | undefined, at: string): One;
}

/**
 * A list as the agency writes it, merged into the one that is stored: what is named of one changes, and those that are not in the list are
 * retired behind it. A draft without an id is the active one of its name, so that a script that declares everything makes nothing twice.
 */
export function mergeList<One extends Item, Of extends Draft>(kind: Kind<One, Of>, stored: readonly One[], drafts: readonly Of[]): One[] {
  const { at, prefix, complete } = kind;
  const named = new Set(drafts.flatMap(({ id }) => id ?? []));
  const unnamed = stored.filter(({ id, active }) => active && !named.has(id));
  const seen = new Set<string>();
  const listed = drafts.map((draft, index) => {
    const id = draft.id ?? takeByName(unnamed, draft.name)?.id ?? newId(prefix);
    if (seen.has(id))
      refuse('input.invalid', {
        param: `${at}.${index}.id`,
        values: { sentence: `${id} stands in the list before; leave the id out for a new one.` },
      });
    seen.add(id);
    return complete(
      { ...draft, id },
      stored.find((one) => one.id === id),
      `${at}.${index}`,
    );
  });
  const retired = stored.filter(({ id }) => !seen.has(id)).map((one) => ({ ...one, active: false }));
  return checkLength(kind, [...listed, ...retired]);
}

/** Refuses with the code of its kind a list that grew too long. */
export function checkLength<One extends Item>({ at, tooMany }: Pick<Kind<One, Draft>, 'at' | 'tooMany'>, list: One[]): One[] {
  if (list.length > LISTED_MAX || list.filter(({ active }) => active).length > OFFERED_MAX)
    refuse(tooMany, { param: at, values: { offered: OFFERED_MAX, all: LISTED_MAX } });
  return list;
}

/** The first of this name, which is then taken: two drafts of one name are two. */
function takeByName<One extends Item>(unnamed: One[], name: Draft['name']): One | undefined {
  const index = unnamed.findIndex((one) => one.name === name);
  return index < 0 ? undefined : unnamed.splice(index, 1)[0];
}
