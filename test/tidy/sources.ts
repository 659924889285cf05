import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/** One file as the rules see it. */
export interface Source {
  /** From the project's folder, e.g. `api/rules/money.ts`. */
  path: string;
  text: string;
  tree: ts.SourceFile;
}

const root = resolve(import.meta.dirname, '../..');

export const sourceOf = (path: string, text: string): Source => ({
  path,
  text,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS),
});

/** Every file of the project that git knows or would add. */
export const paths: readonly string[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => path !== '' && existsSync(resolve(root, path)));

export const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** Every script of the project. */
export const sources: readonly Source[] = paths.filter((path) => /\.(ts|mjs|js)$/.test(path)).map((path) => sourceOf(path, read(path)));

/** All nodes below one, depth first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

/** 1-based. */
export const lineOf = (node: ts.Node): number => {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
};
