import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const window = 'export const width = window.innerWidth;';
const process = 'export const folder = process.cwd();';

/** What the compiler says of a text, as if it were the one file of a project. */
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

test('the types: what only a browser has does not compile in the API, and what only a server has does', () => {
  assert.deepEqual(complaints('api', `${window}\n${process}`), ["Cannot find name 'window'"]);
});

test('the types: what only a server has does not compile in the widgets, and what only a browser has does', () => {
  assert.deepEqual(complaints('widgets', `${window}\n${process}`), ["Cannot find name 'process'"]);
});
