import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const folder = new URL('../strings/en/', import.meta.url);

/** Every English text by its key, as the files of `strings/en/` have them. They are read as they are written, so that Node can do it without a build. */
export function readTexts() {
  const found = readdirSync(folder)
    .sort()
    .map((file) => textsIn(readFileSync(new URL(file, folder), 'utf8')));
  return Object.assign({}, ...found);
}

function textsIn(source) {
  const texts = {};
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)) texts[node.name.text] = node.initializer.text;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('texts.ts', source, ts.ScriptTarget.Latest, true));
  return texts;
}
