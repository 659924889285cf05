import type { Plugin } from 'vite';

/** A node of a syntax tree, as far as we look at it. */
interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  tag: { name: string };
  quasi: { quasis: { start: number; end: number; value: { raw: string } }[] };
}

/** Tells whether a piece of a template is its first, and whether its last. */
type Edges = { first: boolean; last: boolean };

/**
 * A build step: takes comments and layout out of the CSS and HTML in tagged templates, which a JavaScript minifier must leave alone.
 * Runs after TypeScript is stripped, on the syntax tree, so that an expression inside a template is never touched.
 */
export const smallTemplates = (): Plugin => ({
  name: 'small-templates',
  enforce: 'post',
  transform(code, id) {
    if (!/\/(widgets|themes)\/.*\.ts$/.test(id)) return null;
    const edits: { start: number; end: number; text: string }[] = [];
    walk(this.parse(code), ({ type, tag, quasi }) => {
      const make = type === 'TaggedTemplateExpression' ? small.get(tag.name) : undefined;
      for (const [index, { start, end, value }] of make ? quasi.quasis.entries() : []) {
        // Some parsers count the quotes of a template into its pieces, so the text itself says where it stands.
        const at = code.indexOf(value.raw, start);
        if (at < 0 || at > end) throw new Error(`A template of ${id} is not where the parser says.`);
        const text = make?.(value.raw, { first: index === 0, last: index === quasi.quasis.length - 1 }) ?? '';
        edits.push({ start: at, end: at + value.raw.length, text });
      }
    });
    edits.sort((one, other) => other.start - one.start);
    const output = edits.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), code);
    return { code: output, map: null };
  },
});

/**
 * A build step: the bundler lists what a module exports with a helper that walks an object, which on a page with an extended
 * `Object.prototype` finds the page's names, too, and fails on them. An object that is written out finds nothing else, and is shorter.
 */
export const ownExports = (): Plugin => ({
  name: 'own-exports',
  renderChunk: (code) => ({
    code: code.replace(
      /__exportAll\(\{([^}]*)\}\)/g,
      (_call, list: string) => `{${list.replace(/([\w$]+): \(\) => ([\w$]+)/g, 'get $1() { return $2; }')}}`,
    ),
    map: null,
  }),
});

function walk(node: unknown, visit: (node: SyntaxNode) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && typeof node.type === 'string') visit(node as SyntaxNode);
  for (const child of Object.values(node)) walk(child, visit);
}

function smallCss(text: string, { first, last }: Edges): string {
  const small = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};]) ?/g, '$1')
    .replace(/, /g, ',')
    .replace(/: /g, ':')
    .replace(/ !important/g, '!important')
    .replace(/;}/g, '}');
  return trimmed(small, { first, last });
}

/** A line break beside a tag is layout of the source; inside a sentence or a tag it is one space. */
function smallHtml(text: string, edges: Edges): string {
  const small = text
    .replace(/>\s*\n\s*(?=<|$)/g, '>')
    .replace(/^\s*\n\s*(?=<|$)/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ (?=\/?>)/g, '');
  return trimmed(small, edges);
}

function trimmed(text: string, { first, last }: Edges): string {
  const start = first ? text.trimStart() : text;
  return last ? start.trimEnd() : start;
}

const small = new Map([
  ['css', smallCss],
  ['html', smallHtml],
  ['svg', smallHtml],
]);
