import ts from 'typescript';
import { contract } from '../../api/contract/index.ts';
import { forbiddenImports } from './imports.ts';
import { called, lines, nodes, type Rule } from './rule.ts';
import { nodesOf, type Source } from './sources.ts';

const FILE_LINES_MAX = 400;
const TEST_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 60;
const TEST_NAME_MAX = 110;

/** Names that say enough in one word: idioms of the house, words of the ledger, commands, and parts of schemas and templates. */
const oneWordNames = new Set(
  [
    'answer audit later reconcile refuse start tell within',
    'burn commit draw freeze grant legs unfreeze',
    'contrast fingerprint luminance seal thumbprint unseal',
    'because coded html icon id line picture prose sizes tabs',
  ].flatMap((names) => names.split(' ')),
);

const sourceCode = /^(api|widgets|themes|demo-site|scripts)\//;
// In pieces, so that this file does not hold what it forbids.
const unfinished = new RegExp(`\\b(${['TO-DO', 'FIX-ME', 'XX-X', 'HA-CK'].join('|').replaceAll('-', '')})\\b`);

/** How the code is laid out and reads. */
export const formRules: readonly Rule[] = [
  {
    name: 'imports point inward, by the table',
    complaints: forbiddenImports,
    bad: [
      ['api/domain/ledger.ts', "import express from 'express';"],
      ['api/domain/ledger.ts', "import { call } from '../http/route.ts';"],
      ['api/rules/money.ts', "import { z } from 'zod';"],
      ['api/routes/credits.ts', "import { Transfer } from '../models/transfer.ts';"],
      ['api/contract/credits/credits.ts', "export * from '../../domain/credits/credits.ts';"],
      ['widgets/kit/kit.ts', "import { contract } from '../../api/contract/index.ts';"],
      ['widgets/kit/kit.ts', "import { type Output } from '../../api/contract/index.ts';"],
      ['widgets/kit/kit.ts', "const zod = await import('zod');"],
      ['demo-site/seed.ts', "import { createAgency } from '../api/domain/agencies.ts';"],
      ['demo-site/northwind/files/account.js', "import '../../seed.ts';"],
    ],
    good: [
      ['widgets/kit/kit.ts', "import type { Output } from '../../api/contract/index.ts';"],
      ['widgets/elements/balance-meter/balance-meter.ts', "import { WlElement } from '../../ui/element.ts';"],
      ['api/domain/payments/checkout.ts', "import { readBalance } from './credits.ts';"],
    ],
  },
  {
    name: `a file has at most ${FILE_LINES_MAX} lines, one of tests ${TEST_LINES_MAX}`,
    complaints: ({ path, text }) => {
      const most = path.startsWith('test/') ? TEST_LINES_MAX : FILE_LINES_MAX;
      return text.trimEnd().split('\n').length > most ? [`${path} is longer`] : [];
    },
    bad: [
      ['api/domain/ledger.ts', 'export {};\n'.repeat(FILE_LINES_MAX + 1)],
      ['test/domain/ledger.test.ts', 'export {};\n'.repeat(TEST_LINES_MAX + 1)],
    ],
    good: [
      ['api/domain/ledger.ts', 'export {};\n'.repeat(FILE_LINES_MAX)],
      ['test/domain/ledger.test.ts', 'export {};\n'.repeat(TEST_LINES_MAX)],
    ],
  },
  {
    name: `a function has at most ${FUNCTION_LINES_MAX} lines`,
    of: sourceCode,
    complaints: nodes((node) => ts.isFunctionLike(node) && linesOf(node) > FUNCTION_LINES_MAX, 'a function is longer'),
    bad: [['api/domain/ledger.ts', `function f() {${'\n'.repeat(FUNCTION_LINES_MAX + 1)}}`]],
  },
  {
    name: 'TypeScript is for types only',
    complaints: nodes(
      (node) =>
        ts.isEnumDeclaration(node) ||
        (ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name) && node.name.text !== 'global') ||
        node.kind === ts.SyntaxKind.AnyKeyword ||
        (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent)),
      'enum, namespace, any or parameter property',
    ),
    bad: [
      ['api/a.ts', 'enum Color { red }'],
      ['api/a.ts', 'namespace A { export const b = 1; }'],
      ['api/a.ts', 'const a: any = 1;'],
      ['api/a.ts', 'class A { constructor(private b: string) {} }'],
    ],
    good: [['widgets/a.ts', "declare global { interface HTMLElementTagNameMap { 'wl-a': A } }"]],
  },
  {
    name: 'nothing is left unfinished or printed by the way',
    complaints: (source) => [
      ...lines(unfinished, 'unfinished')(source),
      ...nodes((node) => called(node) === 'console.log' || ts.isDebuggerStatement(node), 'left from debugging')(source),
    ],
    bad: [
      ['api/a.ts', '// TO-DO later'.replace('-', '')],
      ['widgets/a.ts', 'console.log(1);'],
      ['demo-site/a.ts', 'debugger;'],
    ],
  },
  {
    name: 'names are kebab-case and say what is inside',
    of: /./,
    complaints: ({ path }) => {
      const odd = path.split('/').some((part) => !/^\.?[a-z0-9]+([.-][a-z0-9]+)*$/.test(part));
      const vague = /(^|[/.-])(utils?|helpers?|managers?|services?|misc|common)([/.-]|$)/.test(path);
      return [...(odd ? [`${path} is not kebab-case`] : []), ...(vague ? [`${path} says nothing about what is inside`] : [])];
    },
    bad: [
      ['api/http/rateLimits.ts', ''],
      ['api/Domain/a.ts', ''],
      ['api/domain/credit-utils.ts', ''],
      ['widgets/kit/helpers.ts', ''],
      ['api/services/a.ts', ''],
    ],
  },
  {
    name: "a test about an operation starts with the operation's name",
    of: /^test\/.*\.test\.ts$/,
    complaints: (source) =>
      testNames(source)
        .filter((name) => /^[a-z]+\.[a-zA-Z]+[ :]/.test(name) && !Object.hasOwn(contract, name.split(/[ :]/)[0] ?? ''))
        .map((name) => `${source.path} "${name}" is about no operation`),
    bad: [['test/api/credits/credits.test.ts', "test('credits.total C2: is right', () => {});"]],
    good: [
      ['test/api/credits/credits.test.ts', "test('credits.balance C2: is right', () => {}); test('the ledger C4: adds up', () => {});"],
    ],
  },
  {
    name: `the name of a test has at most ${TEST_NAME_MAX} characters`,
    of: /^test\/.*\.test\.ts$/,
    complaints: (source) =>
      testNames(source)
        .filter((name) => name.length > TEST_NAME_MAX)
        .map((name) => `${source.path} "${name}" is longer`),
    bad: [
      ['test/a.test.ts', `test('${'a'.repeat(TEST_NAME_MAX + 1)}', () => {});`],
      ['test/a.test.ts', `test(\`\${kind} ${'a'.repeat(TEST_NAME_MAX)}\`, () => {});`],
    ],
    good: [['test/a.test.ts', `test('${'a'.repeat(TEST_NAME_MAX)}', () => {});`]],
  },
  {
    name: 'the name of an exported function says what it does to what',
    of: /^(api|widgets)\//,
    complaints: ({ path, tree }) =>
      exportedFunctions(tree)
        .filter((name) => !/.[A-Z]/.test(name) && !oneWordNames.has(name))
        .map((name) => `${path} ${name}`),
    bad: [
      ['api/domain/ledger.ts', 'export function take() {}'],
      ['widgets/ui/fields.ts', 'export const found = async () => {};'],
    ],
    good: [
      ['api/domain/ledger.ts', 'export function takeCredits() {}'],
      ['api/domain/ledger.ts', 'function take() {}\nexport const most = 100;'],
      ['api/domain/ledger.ts', 'export function refuse() {}'],
    ],
  },
  {
    name: 'figures that a test compares together have names',
    of: /^test\//,
    complaints: nodes(comparesTuples, 'compares figures without names'),
    bad: [
      ['test/a.test.ts', 'assert.deepEqual([a.held, a.used], [1, 2]);'],
      ['test/widgets/a.test.ts', 'expect([a.held, a.used]).to.deep.equal([1, 2]);'],
    ],
    good: [
      ['test/a.test.ts', 'assert.deepEqual({ held: a.held, used: a.used }, { held: 1, used: 2 });'],
      ['test/a.test.ts', 'assert.deepEqual(a.steps, [1, 2]);'],
      ['test/a.test.ts', "assert.deepEqual([...names], ['a', 'b']);"],
      ['test/widgets/a.test.ts', 'expect(steps).to.eql([1, 2]);'],
    ],
  },
  {
    name: 'a comment begins with what is done, not with a question',
    complaints: questions,
    bad: [
      ['api/a.ts', `/** ${'What'} is left of a hold. */`],
      ['api/a.ts', `/**\n * ${'Whoever'} asks first.\n */`],
      ['test/a.ts', `  // ${'Whether'} it is there.\n`],
    ],
    good: [
      ['api/a.ts', '/** Tells whether it is there. */'],
      ['api/a.ts', `// Names the agency.\n// ${'Who'} acts is in the journal.\n`],
    ],
  },
];

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

/** Lists the functions that a file exports by name. */
const exportedFunctions = (tree: ts.SourceFile): string[] =>
  tree.statements.filter(isExported).flatMap((node) => {
    if (ts.isFunctionDeclaration(node)) return node.name ? [node.name.text] : [];
    if (!ts.isVariableStatement(node)) return [];
    const { declarations } = node.declarationList;
    return declarations.filter(({ initializer }) => initializer && ts.isFunctionLike(initializer)).map(({ name }) => name.getText());
  });

const linesOf = (node: ts.Node): number => node.getText().split('\n').length;

/** Tells whether a comparison lists several figures on both sides, so that a failure names none of them. */
function comparesTuples(node: ts.Node): boolean {
  const name = called(node);
  if (!ts.isCallExpression(node) || !/^assert\.(deepEqual|deepStrictEqual)$|^expect\(.*\.(eql|equal)$/s.test(name)) return false;
  const [left, right] = name.startsWith('assert') ? node.arguments : [expectedIn(node), node.arguments[0]];
  return isTuple(left) && isTuple(right);
}

/** Returns what `expect(...)` is given. */
function expectedIn(node: ts.Node): ts.Node | undefined {
  if (ts.isCallExpression(node) && called(node).startsWith('expect(')) return expectedIn(node.expression);
  if (ts.isPropertyAccessExpression(node)) return expectedIn(node.expression);
  return ts.isCallExpression(node) ? node.arguments[0] : undefined;
}

const isTuple = (node: ts.Node | undefined): boolean =>
  node !== undefined && ts.isArrayLiteralExpression(node) && node.elements.length > 1 && !node.elements.some(ts.isSpreadElement);

/** Lists the comments that begin with a question word: such a beginning names no subject. */
function questions({ path, text }: Source): string[] {
  return text.split('\n').flatMap((line, at, all) => {
    const before = all[at - 1] ?? '';
    const goesOn = /^\s*\/\//.test(line) && /^\s*\/\//.test(before);
    const isInside = /^\s*\*/.test(line) && !/^\s*\/\*\*?$/.test(before);
    const asks = /^\s*(?:\/\*\*?|\/\/|\*)\s*(?:What|Whether|Who|Whom|Whose|Whoever|Whatever)\b/.test(line);
    return asks && !goesOn && !isInside ? [`${path}:${at + 1} begins with a question`] : [];
  });
}

function testNames({ tree }: Source): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !/^(test|it)(\.\w+)?$/.test(called(node))) return [];
    const [name] = node.arguments;
    if (name && ts.isTemplateExpression(name)) return [name.head.text + name.templateSpans.map(({ literal }) => literal.text).join('')];
    return name && ts.isStringLiteralLike(name) ? [name.text] : [];
  });
}
