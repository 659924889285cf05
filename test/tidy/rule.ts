import ts from 'typescript';
import { lineOf, nodesOf, type Source } from './sources.ts';

/** A house rule: what it finds wrong in a file, and samples that prove it can fail. */
export interface Rule {
  name: string;
  /** Which files it looks at; all scripts unless said. */
  of?: RegExp;
  complaints: (source: Source) => string[];
  /** `[path, text]` that must be refused. */
  bad: readonly (readonly [string, string])[];
  /** `[path, text]` that look alike and must pass. */
  good?: readonly (readonly [string, string])[];
}

/** Every node that a test finds guilty, as `path:line words`. */
export const nodes =
  (guilty: (node: ts.Node) => boolean, words: string) =>
  ({ path, tree }: Source): string[] =>
    [...nodesOf(tree)].filter(guilty).map((node) => `${path}:${lineOf(node)} ${words}`);

/** Every line of the text that matches. */
export const lines =
  (pattern: RegExp, words: string) =>
  ({ path, text }: Source): string[] =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${words}`] : []));

/** Returns the called name, e.g. `Object.assign`; empty for anything but a call. */
export const called = (node: ts.Node): string => (ts.isCallExpression(node) ? node.expression.getText() : '');
