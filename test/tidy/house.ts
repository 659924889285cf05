import ts from 'typescript';
import { importsOf } from './imports.ts';
import type { Rule } from './rule.ts';
import type { Source } from './sources.ts';

/**
 * The rooms of the API, from the lowest floor to the highest. A file imports from its own room and from lower floors, so that whoever reads
 * a noun need not know those above it.
 */
export const floors: readonly (readonly string[])[] = [
  ['rules', 'database', 'ending.ts', 'running.ts', 'vite.config.ts'],
  ['contract'],
  ['models', 'security', 'env.ts'],
  ['ports', 'domain/limits', 'domain/seals', 'domain/server-keys'],
  ['ledger', 'providers', 'domain/integrations'],
  ['domain/directory'],
  ['domain/accounts', 'domain/funds'],
  ['domain/calls', 'domain/journal', 'domain/receipts'],
  ['domain/due', 'http'],
  ['domain/payments'],
  ['domain/agencies', 'domain/orders'],
  ['domain/bootstrap', 'domain/knowledge', 'domain/numbers', 'domain/plans'],
  ['domain/audit', 'domain/credits', 'domain/deletions', 'domain/fulfilments.ts', 'domain/mail'],
  ['commands', 'jobs', 'routes'],
  ['app.ts'],
  ['server.ts'],
];

/** `api/domain/numbers/buy.ts` stands in `domain/numbers`, `api/http/serve.ts` in `http`. */
function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'domain' ? `${first}/${second}` : first;
}

const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

function upwardImports(source: Source): string[] {
  const room = roomOf(source.path);
  const floor = floorOf(room);
  if (floor < 0) return [`${source.path} stands on no floor`];
  return importsOf(source)
    .map(({ target }) => target.replace('~/', ''))
    .filter((target) => target.startsWith('api/') && roomOf(target) !== room && floorOf(roomOf(target)) >= floor)
    .map((target) => `${source.path} imports ${target}, which stands no lower`);
}

export const floorRule: Rule = {
  name: 'a file of the API imports from its own room and from lower floors',
  of: /^api\/.*\.ts$/,
  complaints: upwardImports,
  bad: [
    ['api/domain/orders/steps.ts', "import { buyNumber } from '../numbers/buy.ts';"],
    ['api/domain/plans/choice.ts', "import type { Search } from '../numbers/search.ts';"],
    ['api/ledger/legs.ts', "import { access } from '../domain/directory/directory.ts';"],
    ['api/attic/a.ts', ''],
  ],
  good: [
    ['api/domain/numbers/buy.ts', "import { placeOrder } from '../orders/orders.ts';"],
    ['api/domain/numbers/buy.ts', "import { readNumber } from './view.ts';"],
  ],
};
/** Files that import each other in a circle, types included: whoever reads one has to read them all. */
export function circlesIn(sources: readonly Source[]): string[][] {
  const known = new Set(sources.map(({ path }) => path));
  const next = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .map(({ target }) => target.replace('~/', ''))
        .filter((target) => known.has(target)),
    ]),
  );
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  // Tarjan's algorithm: a file that nothing behind it leads back beyond closes the circle that lies open above it.
  const visit = (path: string): number => {
    const mine = order.size;
    order.set(path, mine);
    open.push(path);
    let low = mine;
    for (const target of next.get(path) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (open.includes(target)) low = Math.min(low, lowest.get(target) ?? order.get(target) ?? low);
    }
    lowest.set(path, low);
    if (low === mine) {
      const circle = open.splice(open.indexOf(path));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const { path } of sources) if (!order.has(path)) visit(path);
  return circles;
}

/** Names that more than one file exports: whoever searches for one finds two stories. */
export function namesExportedTwice(sources: readonly Source[]): string[] {
  const places = new Map<string, string[]>();
  for (const { path, tree } of sources) for (const name of exportedNames(tree)) places.set(name, [...(places.get(name) ?? []), path]);
  return [...places].filter(([, paths]) => new Set(paths).size > 1).map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

function exportedNames(tree: ts.SourceFile): string[] {
  return tree.statements.flatMap((one) => {
    const isExported = ts.canHaveModifiers(one) && ts.getModifiers(one)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(one)) return one.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = one as ts.DeclarationStatement;
    return name ? [name.getText()] : [];
  });
}
