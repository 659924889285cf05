import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Marked, Renderer } from 'marked';

const root = resolve(import.meta.dirname, '../..');
const plain = new Renderer();

/** Returns a heading's anchor: `### credits.balance` is `#credits.balance`. */
const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/<[^>]+>|&lt;|&gt;|`/g, '')
    .replace(/\s+/g, '-');

const markdown = new Marked({
  renderer: {
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens);
      return `<h${depth} id="${anchor(text)}">${text}</h${depth}>\n`;
    },
    // Wide tables scroll by themselves, so that the page does not.
    table(token) {
      const table = plain.table.call(this, token).replaceAll('<th></th>', '<td></td>'); // a column that needs no name
      return `<div class="table" tabindex="0">${table}</div>\n`;
    },
  },
});

const documents = { elements: 'docs/elements.md', api: 'docs/api.md' } as const;

/** Renders both references with a list of their headings. They are our own files, so their HTML is trusted. */
export async function referencePage(): Promise<string> {
  const parts = await Promise.all(
    Object.values(documents).map((file) => readFile(resolve(root, file), 'utf8').then((text) => markdown.parse(text))),
  );
  const written = parts.join('\n');
  // Links in the documents lead where GitHub puts them: to a heading without its dots.
  const ids = new Map([...written.matchAll(/<h\d id="([^"]+)">/g)].map(([, id = '']) => [id.replaceAll('.', ''), id]));
  const html = written.replace(/href="#([^"]+)"/g, (link, id: string) => (ids.has(id) ? `href="#${ids.get(id)}"` : link));
  const index = [...html.matchAll(/<h([12]) id="([^"]+)">(.+?)<\/h\1>/g)].map(
    ([, depth, id, text]) => `<li class="depth-${depth}"><a href="#${id}">${text}</a></li>`,
  );
  return `<script type="module" src="/workshop/reference.js"></script><div class="reference"><nav aria-label="Contents"><details open><summary>Contents</summary><ul>${index.join('')}</ul></details></nav><article>${html}</article></div>`;
}
