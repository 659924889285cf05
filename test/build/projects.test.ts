import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { contract } from '../../api/contract/index.ts';
import { forVisitors } from '../../widgets/kit/client.ts';

const root = resolve(import.meta.dirname, '../..');
const window = 'export const width = window.innerWidth;';
const process = 'export const folder = process.cwd();';

/** Returns the compiler's errors for a text as the only file of a project. */
function complaints(project: string, text: string): string[] {
  const folder = resolve(root, project);
  const { config, error } = ts.readConfigFile(resolve(folder, 'tsconfig.json'), ts.sys.readFile);
  assert.equal(error, undefined);
  const { options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  assert.deepEqual(errors, []);
  const sample = resolve(folder, 'sample.ts');
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === sample || fileExists(file);
  host.getSourceFile = (file, ...rest) =>
    file === sample ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  const program = ts.createProgram([sample], options, host);
  const file = program.getSourceFile(sample) ?? assert.fail('the sample is part of the program');
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n').replace(/^(Cannot find name '\w+').*$/s, '$1'),
  );
}

test('the types: a page reads and attempts what the contract says, and calls nothing that is not for pages', () => {
  const good = "kit.read('plans.list', {}); kit.attempt('knowledge.retry', { sourceId: 's' }); kit.call('sessions.endAll', {});";
  const wrong = {
    'plans.list': "kit.call('plans.list', {});",
    'sessions.endAll': "kit.read('sessions.endAll', {});",
    'knowledge.retry': "kit.call('knowledge.retry', { sourceId: 's' });",
    'orders.cancel': "kit.attempt('orders.cancel', { orderId: 'o' });",
    'agency.read': "kit.read('agency.read', {});",
    'keys.list': "kit.call('keys.list', {});",
  };
  const kit = "import type { Kit } from './kit/kit.ts';\ndeclare const kit: Kit;\n";
  const said = complaints('widgets', kit + [good, ...Object.values(wrong)].join('\n'));
  assert.deepEqual(
    said.map((text) => /Argument of type '"([\w.]+)"' is not assignable/.exec(text)?.[1]),
    Object.keys(wrong),
  );
});

test('the types: what only visitors call is what the contract says', () => {
  const named = Object.entries(contract).filter(
    ([, { method, callers }]) => method === 'POST' && Object.keys(callers).join() === 'visitor',
  );
  assert.deepEqual([...forVisitors].sort(), named.map(([name]) => name).sort());
});

test('the types: what only a browser has does not compile in the API, and what only a server has does', () => {
  assert.deepEqual(complaints('api', `${window}\n${process}`), ["Cannot find name 'window'"]);
});

test('the types: what only a server has does not compile in the widgets, and what only a browser has does', () => {
  assert.deepEqual(complaints('widgets', `${window}\n${process}`), ["Cannot find name 'process'"]);
});
