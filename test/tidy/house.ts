import { importsOf } from './imports.ts';
import type { Rule } from './rule.ts';
import type { Source } from './sources.ts';

/**
 * The rooms of the API, from the lowest floor to the highest. A file imports from its own room and from lower floors, so that whoever reads
 * a noun need not know those above it.
 */
export const floors: readonly (readonly string[])[] = [
  ['rules', 'database', 'env.ts', 'ending.ts', 'running.ts', 'vite.config.ts'],
  ['contract'],
  ['models', 'security'],
  ['ports', 'domain/limits', 'domain/seals', 'domain/server-keys'],
  ['ledger', 'providers'],
  ['domain/directory'],
  ['domain/accounts'],
  ['domain/calls', 'domain/journal'],
  ['domain/due', 'http'],
  ['domain/payments'],
  ['domain/agencies', 'domain/orders'],
  ['domain/bootstrap', 'domain/knowledge', 'domain/numbers', 'domain/plans'],
  ['domain/audit', 'domain/credits', 'domain/fulfilments.ts', 'domain/mail'],
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
