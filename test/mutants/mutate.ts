import ts from 'typescript';
import { type Edit, expressionEdits, isOutOfReach, isStep } from './mutations.ts';

/** One way in which a file may be wrong. */
export interface Mutant {
  /** Counts from 1 within a run. */
  id: number;
  /** From the project's folder. */
  path: string;
  /** 1-based. */
  line: number;
  /** The whole line, without its margin. */
  at: string;
  /** The original code, in one line. */
  was: string;
  /** The changed code; empty if a step is left out. */
  is: string;
}

/** Asks by number whether a mutant is alive. Each process has one answer: the worker's, or what its parent says in the environment. */
const HEADER =
  'const isMutant_ = (globalThis.isMutant_ ??= ((alive) => (id) => id === alive)(Number(globalThis.process?.env.LIVERY_MUTANT)));';

/**
 * Writes all mutants of a file into it, each asleep until `isMutant_(id)` says yes.
 * @param firstId the number of the file's first mutant
 */
export function mutate(path: string, text: string, firstId: number): { text: string; mutants: Mutant[] } {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const edits = new Map<ts.Node, Edit[]>();
  const mutants: Mutant[] = [];

  const add = ({ from, to, text: is }: Edit): number => {
    const { line } = file.getLineAndCharacterOfPosition(from);
    const at = text.split('\n')[line]?.trim() ?? '';
    const inOneLine = (part: string) => part.replace(/\s+/g, ' ');
    mutants.push({ id: firstId + mutants.length, path, line: line + 1, at, was: inOneLine(text.slice(from, to)), is: inOneLine(is) });
    return firstId + mutants.length - 1;
  };

  const collect = (node: ts.Node): void => {
    if (isOutOfReach(node)) return;
    for (const edit of expressionEdits(node)) {
      const place = placeOf(node, edit);
      edits.set(place, [...(edits.get(place) ?? []), edit]);
    }
    node.forEachChild(collect);
  };
  collect(file);

  /** The text between two offsets, with the mutants of the nodes in it. */
  const rest = (from: number, to: number, nodes: readonly ts.Node[]): string => {
    let [done, at] = ['', from];
    for (const node of nodes) {
      done += text.slice(at, node.getStart()) + print(node);
      at = node.getEnd();
    }
    return done + text.slice(at, to);
  };

  const print = (node: ts.Node): string => {
    const [from, to] = [node.getStart(), node.getEnd()];
    if (isOutOfReach(node)) return text.slice(from, to);
    const own = (edits.get(node) ?? []).map((edit) => {
      const changed = text.slice(from, edit.from) + edit.text + text.slice(edit.to, to);
      return `isMutant_(${add(edit)}) ? ${changed} : `;
    });
    const inner = rest(from, to, childrenOf(node));
    if (own.length > 0) return `(${own.join('')}${inner})`;
    if (isStep(node)) return `{ if (!isMutant_(${add({ from, to, text: '' })})) ${inner} }`;
    return inner;
  };

  const printed = rest(0, text.length, childrenOf(file));
  return { text: mutants.length === 0 ? text : `${HEADER} ${printed}`, mutants };
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  return children.sort((a, b) => a.getStart() - b.getStart());
}

/** The expression that a mutant is chosen around: itself, or the whole chain of `?.`, which ends at its first absent link. */
function placeOf(node: ts.Node, { from, to }: Edit): ts.Node {
  let place = node;
  if (ts.isIfStatement(place) || ts.isWhileStatement(place)) place = place.expression;
  else if (ts.isForStatement(place) && place.condition) place = place.condition;
  else if (ts.isArrowFunction(place)) place = place.body;
  else if (ts.isConditionalExpression(place)) place = place.condition;
  while (isLinkOf(place.parent, place)) place = place.parent;
  if (place.getStart() > from || place.getEnd() < to) throw new Error(`A mutant of ${node.getText()} has no place.`);
  return place;
}

/** `a?.b` in `a?.b.c`, `a.b` in `a.b()`, or what lies in parentheses. */
const isLinkOf = (parent: ts.Node, node: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent) ||
    ts.isNonNullExpression(parent)) &&
  parent.expression === node &&
  (ts.isOptionalChain(parent) ||
    ((ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) && ts.isCallExpression(parent)));
