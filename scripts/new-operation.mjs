import { insertBefore, kebab, pascal, UNWRITTEN } from './new-parts.mjs';

const END_OF_CONTRACT = '} as const satisfies Record<string, Operation>;';

/**
 * Writes the parts of a new operation: its contract entry, the line that answers it, its function, and a test that fails until the promise
 * is written.
 * @throws Error one sentence, if the name is malformed or taken
 */
export function newOperation(name, project) {
  if (!/^[a-z]+\.[a-z][a-zA-Z]*$/.test(name))
    throw new Error(`"${name}" is no name of an operation: it is noun.verb, such as numbers.buy.`);
  const [noun, verb] = name.split('.');
  const entry = entryOf(project, noun);
  if (entry.text?.includes(`  '${name}': {`)) throw new Error(`${name} is taken: it stands in ${entry.path}.`);
  const room = entry.path.replace('.ts', '').split('/')[2];
  const route = { path: `api/routes/${room}.ts`, text: project.read(`api/routes/${room}.ts`) };
  const work = workOf(project, { noun, verb, room }, route);
  const test = `test/api/${work.room}/${noun}-${kebab(verb)}.test.ts`;
  if (project.read(test) !== undefined) throw new Error(`${name} cannot be made: ${test} is there already.`);
  const files = {
    [entry.path]: entry.text ? insertBefore(entry.text, END_OF_CONTRACT, entryText(name)) : contractText(noun, name),
    ...(entry.text ? {} : { 'api/contract/index.ts': listed(project.read('api/contract/index.ts'), `${noun}Operations`, entry.path) }),
    [route.path]: routed(route.text, noun, name, work),
    ...(route.text ? {} : { 'api/routes/index.ts': listed(project.read('api/routes/index.ts'), `${noun}Routes`, route.path) }),
    [work.path]: workText(name, work),
    [test]: testText(name, work),
  };
  const isNewRoom = project.list(`api/domain/${work.room}`).length === 0;
  const left = [
    `${entry.path}: who may call ${name}, what comes in and goes out, an example, and its errors.`,
    `${route.path}: what its line hands to the function (access, scope or input), by who may call it.`,
    `${work.path}: what it does.`,
    `${test}: what it promises. Try it with: npm test -- ${test}`,
    ...(isNewRoom ? [`test/tidy/house.ts: the floor of domain/${work.room}.`] : []),
    'docs/api.md: node --import tsx scripts/api-reference.mjs writes it.',
    'CHANGELOG.md: what users gain, and docs/promises.md if it promises something new.',
  ];
  return { files, left };
}

/** Paths of the files in a folder and in those below it. */
const filesIn = (list, folder) =>
  list(folder).flatMap((name) => (name.endsWith('.ts') ? [`${folder}/${name}`] : filesIn(list, `${folder}/${name}`)));

/** The file of the contract that has the other operations of a noun; where there are several, the one with the shortest path. */
function entryOf({ list, read }, noun) {
  const [home] = filesIn(list, 'api/contract')
    .map((path) => ({ path, text: read(path) }))
    .filter(({ text }) => text.includes(END_OF_CONTRACT) && new RegExp(`^  '${noun}\\.[a-zA-Z]+': `, 'm').test(text))
    .sort((one, other) => one.path.length - other.path.length);
  if (home) return home;
  const taken = list('api/contract').find((name) => name.replace('.ts', '') === noun);
  if (taken) throw new Error(`"${noun}" is no free noun: api/contract/${taken} is about something else.`);
  return { path: `api/contract/${noun}.ts` };
}

/** Where the function goes, and how it is called. A noun has one room in the contract, the routes and the domain. */
function workOf({ read }, { noun, verb, room }, { path: route, text = '' }) {
  const work = verb + pascal(noun);
  if (new RegExp(`\\b${work}\\b`).test(text)) throw new Error(`${route} has a ${work} already: choose another verb.`);
  const path = [verb, work].map((one) => `api/domain/${room}/${kebab(one)}.ts`).find((one) => read(one) === undefined);
  if (!path) throw new Error(`${noun}.${verb} cannot be made: api/domain/${room} has a file of that name already.`);
  return { room, work, path };
}

const entryText = (
  name,
) => `  // ${UNWRITTEN}: who may call it, each field with what its name does not say, an example that works, and every error.
  '${name}': {
    summary: '${UNWRITTEN}: what it does, in one sentence for whoever calls it.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({}),
    errors: [],
  },
`;

const contractText = (noun, name) => `import { z } from 'zod';
import type { Operation } from './operation.ts';

export const ${noun}Operations = {
${entryText(name)}${END_OF_CONTRACT}
`;

/** Adds a file to one of the two lists that name them all. Those of the system stay last. */
function listed(text, name, path) {
  const isContract = name.endsWith('Operations');
  const from = `./${path.split('/').at(-1)}`;
  const last = isContract ? '  ...systemOperations,' : '  ...systemRoutes(';
  return `import { ${name} } from '${from}';\n${insertBefore(text, last, `  ...${name}${isContract ? '' : '()'},\n`)}`;
}

function routed(text, noun, name, { work, path }) {
  const imported = `import { ${work} } from '${path.replace('api/', '../')}';\n`;
  const line = `answer('${name}', ({ access }, input) => ${work}(access, input))`;
  if (!text)
    return `${imported}import { answer, type Route } from '../http/route.ts';\n\nexport const ${noun}Routes = (): Route[] => [${line}];\n`;
  const answers = /import \{[^}]*\banswer\b[^}]*\} from '\.\.\/http\/route\.ts'/.test(text)
    ? ''
    : "import { answer } from '../http/route.ts';\n";
  const isOneLine = !text.includes('\n];');
  const added = isOneLine ? insertBefore(text, '];', `, ${line}`) : insertBefore(text, '];', `  ${line},\n`);
  return `${imported}${answers}${added}`;
}

const workText = (name, { work }) => `import type { Output, Parsed } from '../../contract/index.ts';
import type { AgencyAccess } from '../../ports/index.ts';

/** ${UNWRITTEN}: what it does, with units, and the errors it refuses with. */
export async function ${work}(_access: AgencyAccess, _input: Parsed<'${name}'>): Promise<Output<'${name}'>> {
  throw new Error('${name} does nothing yet: write here what it does.');
}
`;

const testText = (name, { path }) => `import assert from 'node:assert/strict';
import test from 'node:test';
import { startApi } from '../../support/api.ts';

const { createAgency } = await startApi();

test('${name}: ${UNWRITTEN}, the promise in one sentence', async () => {
  const agency = await createAgency({ stripe: false });
  const reply = await agency.try('${name}', {});
  assert.equal(reply.status, 200, '${path} does nothing yet: write there what ${name} does.');
  assert.fail('Write here what ${name} promises: compare its whole answer and what it changed, then each way in which it refuses.');
});
`;
