import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { writeReference } from './strings-reference.mjs';

const root = new URL('../', import.meta.url);
const page = new URL('docs/elements.md', root);
const read = (path) => readFileSync(new URL(path, root), 'utf8');

/** The reference of all elements as Markdown: it is written from the comments in the code, and from nothing else. */
export async function reference() {
  const { modules } = await cli({
    argv: [
      'analyze',
      '--litelement',
      '--quiet',
      '--globs',
      'widgets/ui/element.ts',
      'widgets/kit/*.ts',
      '--globs',
      'widgets/elements/*/*.ts',
    ],
    noWrite: true,
    cwd: root.pathname,
  });
  const classes = modules.flatMap(({ path, declarations = [] }) => declarations.map((declaration) => ({ path, ...declaration })));
  const common = classes.find(({ name }) => name === 'WlElement');
  // Leaves out those without a tag of their own, such as the one that stands in for code that cannot be loaded: no page writes them.
  const elements = classes.filter((one) => one.superclass?.name === 'WlElement' && tagOf(one)).sort((a, b) => a.path.localeCompare(b.path));
  return `${[
    '# Elements',
    'Written by `node scripts/elements-reference.mjs` from the comments in the code. Looks are CSS variables, behaviour is attributes, content is slots, and what happens is told by events.',
    ...elements.map((element) => section(`\`<${tagOf(element)}>\``, element)),
    section('Every element', common),
    `## The script tag\n\n\`<script type="module" src="https://…/embed/v1/wl.js" data-key="wlp_…"></script>\`\n\n${table('Attribute', [
      ['`data-key`', 'The publishable key of the agency.'],
      [
        '`data-root`',
        'A selector: the part of the page that this tag is for, where several agencies share one. Each tag has a key and a part of its own.',
      ],
    ])}`,
    section(
      '`window.wl`',
      classes.find(({ name }) => name === 'Wl'),
    ),
    `## Events\n\nOn \`document\`, typed in \`DocumentEventMap\`. Credits are milli-credits: 1 credit = 1000.\n\n${events()}`,
    `## CSS variables\n\nEach asks the page's own CSS first, then the colors that the agency saved (\`--wl-brand-primary\`, \`--wl-brand-accent\`), then the default.\n\n${variables()}`,
    `## Themes\n\nPlain CSS, to be linked from beside the script (\`/embed/v1/themes/<name>.css\`) or pasted.\n\n${themes()}`,
  ].join('\n\n')}\n`;
}

const tagOf = ({ path, name }) => new RegExp(`defineElement\\('([\\w-]+)', ${name}\\)`).exec(read(path))?.[1];

const own = (list = []) => list.filter(({ inheritedFrom }) => !inheritedFrom);

function section(title, { name: className, description = '', attributes, slots, cssParts, members }) {
  const attribute = ({ name, description: text, default: value }) => [
    `\`${name}\``,
    [text, value && !["''", '{}', 'false'].includes(value) ? `Default: \`${value.replaceAll("'", '')}\`.` : ''].filter(Boolean).join(' '),
  ];
  const named = ({ name, description: text }) => [name ? `\`${name}\`` : '(default)', text];
  const member = ({ name, kind, description: text }) => [`\`wl.${name}${kind === 'method' ? '()' : ''}\``, text];
  const method = ({ name, parameters = [], return: returned, description: text }) => [
    `\`${name}(${parameters.map((one) => one.name).join(', ')}): ${returned?.type.text ?? 'void'}\``,
    text.replace(/\s*\n\s*/g, ' ').trim(),
  ];
  return [
    `## ${title}`,
    asText(description.replace(/\n/g, ' ')),
    table('Attribute', own(attributes).map(attribute)),
    table(
      'Member',
      className === 'Wl'
        ? own(members)
            .filter(({ description: text }) => text)
            .map(member)
        : [],
    ),
    // Other public members are there for the views of an element; pages do without them.
    table(
      'Method',
      own(members)
        .filter(({ kind, privacy }) => kind === 'method' && privacy === 'public')
        .map(method),
    ),
    table('Slot', own(slots).map(named)),
    table('Part', own(cssParts).map(named)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Text as Markdown: a tag outside of backticks would be markup, and not be seen. */
const asText = (text) => text.replace(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found));

function table(head, rows) {
  if (rows.length === 0) return '';
  return [
    `| ${head} | |`,
    '|---|---|',
    ...rows.map((cells) => `| ${cells.map((cell) => asText(String(cell ?? '')).replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');
}

function events() {
  const found = [...read('widgets/kit/events.ts').matchAll(/\/\*\* (.+) \*\/\n {2}'(wl-[\w-]+)': (.+);/g)];
  return table(
    'Event',
    found.map(([, text, name, detail]) => [`\`${name}\``, `${text} \`detail\`: \`${detail.replace('Record<never, never>', '{}')}\``]),
  );
}

function variables() {
  const [, primary] = /PRIMARY_COLOR = '(.+)'/.exec(read('api/rules/primary-color.ts'));
  const tokens = read('themes/tokens.ts').replace(/\$\{primary\}/, primary);
  const found = [...tokens.matchAll(/var\((--wl-(?!brand-)[\w-]+), (.+)\); \/\* (.+) \*\//g)];
  const value = (text) =>
    text.includes('${')
      ? 'derived'
      : `\`${text.replace(/^var\(--wl-brand-\w+, (.+)\)$/, '$1').replace(/\)$/, (end) => (balanced(text) ? end : ''))}\``;
  return table(
    'Variable',
    found.map(([, name, text, comment]) => [`\`${name}\``, `${comment}. Default: ${value(text)}.`]),
  );
}

function themes() {
  const names = readdirSync(new URL('themes/', root)).filter((file) => file.endsWith('.css'));
  const about = (file) => /\* \w+: (.+)/.exec(read(`themes/${file}`))?.[1];
  return table(
    'Theme',
    names.sort().map((file) => [`\`${file}\``, about(file)]),
  );
}

const balanced = (text) => text.split('(').length === text.split(')').length;

if (process.argv[1] === import.meta.filename) {
  writeFileSync(page, await reference());
  writeReference();
}
