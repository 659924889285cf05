/**
 * A build step: takes comments and layout out of the CSS and HTML in tagged templates, which a JavaScript minifier must leave alone.
 * Runs after TypeScript is stripped, on the syntax tree, so that an expression inside a template is never touched.
 */
export function smallTemplates() {
  return {
    name: 'small-templates',
    enforce: 'post',
    transform(code, id) {
      if (!/\/(widgets|themes)\/.*\.ts$/.test(id)) return null;
      const edits = [];
      walk(this.parse(code), ({ type, tag, quasi }) => {
        if (type !== 'TaggedTemplateExpression' || !small[tag.name]) return;
        for (const [index, { start, end, value }] of quasi.quasis.entries()) {
          const edges = { first: index === 0, last: index === quasi.quasis.length - 1 };
          // Some parsers count the quotes of a template into its pieces, so the text itself says where it stands.
          const at = code.indexOf(value.raw, start);
          if (at < 0 || at > end) throw new Error(`A template of ${id} is not where the parser says.`);
          edits.push({ start: at, end: at + value.raw.length, text: small[tag.name](value.raw, edges) });
        }
      });
      edits.sort((one, other) => other.start - one.start);
      let output = code;
      for (const { start, end, text } of edits) output = output.slice(0, start) + text + output.slice(end);
      return { code: output, map: null };
    },
  };
}

function walk(node, visit) {
  if (Array.isArray(node)) for (const child of node) walk(child, visit);
  else if (node && typeof node === 'object') {
    if (typeof node.type === 'string') visit(node);
    for (const child of Object.values(node)) if (child && typeof child === 'object') walk(child, visit);
  }
}

function smallCss(text, { first, last }) {
  const small = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};]) ?/g, '$1')
    .replace(/, /g, ',')
    .replace(/: /g, ':')
    .replace(/;}/g, '}');
  const start = first ? small.trimStart() : small;
  return last ? start.trimEnd() : start;
}

/** A line break beside a tag is layout of the source; inside a sentence or a tag it is one space. */
function smallHtml(text, { first, last }) {
  const small = text
    .replace(/>\s*\n\s*(?=<|$)/g, '>')
    .replace(/^\s*\n\s*(?=<)/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ (?=\/?>)/g, '');
  const start = first ? small.trimStart() : small;
  return last ? start.trimEnd() : start;
}

const small = { css: smallCss, html: smallHtml, svg: smallHtml };
