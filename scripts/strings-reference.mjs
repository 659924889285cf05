import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { readTexts } from '../widgets/build/texts.mjs';

const root = new URL('../', import.meta.url);
const page = new URL('docs/strings.md', root);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const elementsFolder = 'widgets/elements';
const ANY = 'any';

/** The files of each element: those of its folder, and what these import of the views that elements share. */
function filesByElement() {
  return readdirSync(new URL(elementsFolder, root)).map((folder) => {
    const own = readdirSync(new URL(`${elementsFolder}/${folder}`, root)).map((file) => `${elementsFolder}/${folder}/${file}`);
    const tag = own.map((file) => /defineElement\('(wl-[\w-]+)'/.exec(read(file))?.[1]).find(Boolean) ?? folder;
    return { tag, files: withShared([...own, ...(later[folder] ?? [])]) };
  });
}

/** Views that only a click loads; nothing imports them before. */
const later = { 'buy-credits': ['widgets/payment/checkout.ts'] };

function withShared(files) {
  const found = files.flatMap((file) =>
    [...read(file).matchAll(/(?:from |import\()'(\.[^']+)'/g)]
      .map(([, target]) => posix.join(posix.dirname(file), target))
      .filter((path) => /^widgets\/(payment|ui)\/[\w-]+\.ts$/.test(path) && path !== 'widgets/ui/element.ts' && !files.includes(path)),
  );
  return found.length === 0 ? files : withShared([...new Set([...files, ...found])]);
}

/** Tells whether a source says a text: by its whole key, or by the part of it around what is filled in. */
function says(source, key) {
  if (source.includes(`'${key}'`)) return true;
  const [stem, rest = ''] = key.split('.');
  return source.includes(`\`${stem}.\${`) || (rest !== '' && source.includes(`}.${rest}\``) && source.includes(`'${stem}'`));
}

/** Every text by the elements that say it. No source says those that are chosen by what the API answers. */
export function textsByElement() {
  const texts = readTexts();
  const elements = filesByElement().map(({ tag, files }) => ({ tag, source: files.map(read).join('\n') }));
  const byTag = elements.map(({ tag, source }) => [tag, Object.entries(texts).filter(([key]) => says(source, key))]);
  const said = new Set(byTag.flatMap(([, own]) => own.map(([key]) => key)));
  const rest = Object.entries(texts).filter(([key]) => !said.has(key));
  return new Map([...byTag.filter(([, own]) => own.length > 0), [ANY, rest]]);
}

const placeholdersIn = (text) => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name);

/** The reference of all texts as Markdown: it is written from the code, and from nothing else. */
export function reference() {
  return `${[
    '# Texts',
    'Written by `node scripts/elements-reference.mjs` from the code. A page replaces any text by its key: `wl.strings = { "buy.heading": "Top up" }` for all elements, the attribute `strings` (JSON) for one. A text that is not replaced stays.',
    'Words in braces are filled in. Where a number brings words, `{credits credits|one: credit}`, the first are the usual ones, and the others those of its plural forms, as `Intl.PluralRules` names them.',
    '**Another language.** Widgets bring English texts. Hand in the others under the same keys, `wl.strings` for a page in one language, the attribute `strings` for one element, and say the language with `lang`, on `<html>` or on anything around an element. Numbers, prices and dates are written as in the nearest `lang`, whatever the texts are in, and as the browser does where no `lang` is given; a language that the browser does not know counts as none. Your own texts follow the plural rules of that `lang`, English ones those of English: with `lang="pl"`, `{credits kredytów|one: kredyt|few: kredyty}`.',
    'What the API says to an error is replaced in the same way, by its code: [all errors](api.md#all-errors).',
    'With a test key, a key that nobody knows is named in the console, with the nearest one. `npm run strings buy-credits` prints the texts of an element, `npm run strings heading` all those with that in their key.',
    ...[...textsByElement()].map(([tag, texts]) => section(tag, texts)),
  ].join('\n\n')}\n`;
}

const headingOf = (tag) =>
  tag === ANY
    ? '## Any element\n\nChosen by what the API says: the fields that an agency asks for, where a payment stands, and what is wrong.\n'
    : `## \`<${tag}>\`\n`;

const section = (tag, texts) =>
  [
    headingOf(tag),
    '| Key | English | Filled in |',
    '|---|---|---|',
    ...texts.map(([key, text]) => {
      const names = placeholdersIn(text).map((name) => `\`${name}\``);
      return `| \`${key}\` | ${text.replaceAll('|', '\\|')} | ${names.join(', ')} |`;
    }),
  ].join('\n');

/** Lists the texts of an element, or with a part in their key, as `npm run strings` prints them. */
export function listed(words) {
  const all = [...textsByElement()];
  const tagOf = (word) => all.find(([tag]) => tag === word || tag === `wl-${word}`)?.[0];
  const tags = words.map(tagOf).filter(Boolean);
  const parts = words.filter((word) => !tagOf(word)).map((word) => word.toLowerCase());
  const chosen = all
    .filter(([tag]) => tags.length === 0 || tags.includes(tag))
    .map(([tag, texts]) => [tag, texts.filter(([key]) => parts.every((part) => key.toLowerCase().includes(part)))])
    .filter(([, texts]) => texts.length > 0);
  if (chosen.length === 0) return `No text has ${words.join(' ')} as its element or in its key.\n`;
  const width = Math.max(...chosen.flatMap(([, texts]) => texts.map(([key]) => key.length)));
  return chosen.map(([tag, texts]) => `${tag}\n${texts.map(([key, text]) => `  ${key.padEnd(width)}  ${text}\n`).join('')}`).join('\n');
}

/** Writes the reference. */
export const writeReference = () => writeFileSync(page, reference());

if (process.argv[1] === import.meta.filename) process.stdout.write(listed(process.argv.slice(2)));
