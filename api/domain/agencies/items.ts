import { fieldAt } from '../../contract/parse.ts';
import { pathsOf } from '../../contract/patch.ts';
import { refuse } from '../../contract/refusal.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { type ItemDraft, type ListedItem, type ListKind, withinLimits } from './lists.ts';
import { saveWanted } from './save.ts';

/** A changed item, and the version of the settings after it. */
interface Saved<One> {
  item: One;
  version: number;
}

interface Change<Draft> {
  draft: Draft & { id: string };
  /** True for a new item. It may exist already if the same attempt is repeated. */
  isNew?: boolean;
}

/** Creates one plan or package, or changes its named fields. The others stay. */
export async function saveItem<One extends ListedItem, Draft extends ItemDraft>(
  kind: ListKind<One, Draft>,
  opened: AgencyAccess,
  { draft, isNew = false }: Change<Draft>,
  deps: Deps,
): Promise<Saved<One>> {
  const { at, notFound } = kind;
  const { id } = draft;
  const named = pathsOf(kind.whole, draft, `${at}.${id}`);
  const { agency } = await saveWanted(
    opened,
    {
      named,
      next(now) {
        const list = kind.listIn(now);
        const known = list.find((one) => one.id === id);
        if (isNew && known) return {};
        if (!isNew && !known) refuse(notFound(id), { param: kind.param });
        const item = kind.complete(draft, known, '', now.plan);
        kind.check(item, now.plan, '');
        const whole = known ? list.map((one) => (one === known ? item : one)) : [...list, item];
        return {
          [at]: withinLimits(
            kind,
            kind.settle(whole, [draft], () => ''),
            opened.mode,
          ),
        };
      },
    },
    deps,
  );
  return { item: kind.listIn(agency).find((one) => one.id === id) ?? refuse(notFound(id), { param: kind.param }), version: agency.version };
}

/** Moves the named items to the front, in this order. */
export async function reorderItems<One extends ListedItem>(
  kind: ListKind<One, ItemDraft>,
  opened: AgencyAccess,
  ids: readonly string[],
  deps: Deps,
): Promise<{ ids: string[]; version: number }> {
  const { at, param, notFound } = kind;
  const { agency } = await saveWanted(
    opened,
    {
      named: [`${at}.order`],
      next(now) {
        const list = kind.listIn(now);
        const first = ids.map((id, index) => {
          if (ids.indexOf(id) !== index)
            refuse('input.invalid', { param: fieldAt(`${param}s`, String(index)), values: { reason: 'named_before', id } });
          return list.find((one) => one.id === id) ?? refuse(notFound(id), { param: fieldAt(`${param}s`, String(index)) });
        });
        return { [at]: [...first, ...list.filter((one) => !ids.includes(one.id))] };
      },
    },
    deps,
  );
  return { ids: kind.listIn(agency).map(({ id }) => id), version: agency.version };
}
