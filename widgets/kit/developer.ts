import { readableColors } from '../../api/rules/contrast.ts';
import type { Refused } from './refused.ts';

const said = new Set<string>();

/** One line for the person who builds the page, once each. Visitors never see it. */
function tellDeveloper(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  // biome-ignore lint/suspicious/noConsole: the console is where a developer looks, and this is the only line that writes there
  console.warn(sentence);
}

/** Says why the API turned this page away, and where that is put right. */
export function explainRefusal({ code }: Refused, key: string): void {
  if (code === 'origin.refused' && self.origin === 'null') {
    tellDeveloper(
      'The widgets are refused in a frame without an origin of its own: add allow-same-origin to its "sandbox" attribute, or open the page itself.',
    );
  } else if (code === 'origin.refused') {
    tellDeveloper(
      `The widgets are refused on ${self.origin}: this origin is not on the agency's list, or the key ${key.slice(0, 12)}… is not its own. Add the origin to "origins" in the agency's settings (agency.update).`,
    );
  } else if (code === 'key.refused')
    tellDeveloper(`data-key ${keyFault(key)} Use the publishable key, which starts with wlp_test_ or wlp_live_.`);
}

function keyFault(key: string): string {
  if (key.startsWith('wls_')) return 'holds a secret key (wls_…), which belongs on a server only. Replace that key now.';
  if (/^(pk|sk|rk|whsec)_/.test(key)) return "holds a key of Stripe's.";
  return key ? 'holds a key that nobody knows.' : 'is empty, and neither ?key= of the address nor window.wl.key has one.';
}

/** Says what `wl.session` did instead of handing over a token: the error that it threw, or its answer. */
export const explainSession = (given: object): void =>
  tellDeveloper(
    `wl.session ${'error' in given ? `failed: ${given.error}` : 'answered no token but an object'}. It returns the string \`session.token\` of sessions.mint, or null where nobody is signed in.`,
  );

/** Says that texts are no texts. */
export const explainStrings = (given: unknown): void =>
  tellDeveloper(
    `"strings" is an object of texts by their keys (JSON in the attribute), and not ${inShort(given)}. What is no text is left out.`,
  );

/** Says that an attribute or property has a value that it cannot have. */
export const explainValue = (tag: string, name: string, given: unknown, known: string): void =>
  tellDeveloper(`<${tag} ${name}> is ${known}, and not ${inShort(given)}.`);

/** The keys that `strings` may have, which lie beside the script. Undefined where they cannot be read: then nothing is said about keys. */
let known: Promise<string[] | undefined> | undefined;
const readKnown = (): Promise<string[] | undefined> =>
  fetch(import.meta.url.replace(/[^/]*$/, 'strings.json')).then(
    (reply) => (reply.ok ? reply.json() : undefined),
    () => undefined,
  );

/** Says which keys of texts nobody knows, each with the nearest one that has a text. */
async function reportKeys(strings: object): Promise<void> {
  const keys = Object.keys(strings);
  if (keys.length === 0) return;
  known ??= readKnown();
  const all = (await known) ?? keys;
  for (const key of keys.filter((one) => !all.includes(one)))
    tellDeveloper(`"strings" has "${key}", which is no key of a text. The nearest is "${nearest(key, all)}"; docs/strings.md lists all.`);
}

const nearest = (key: string, all: readonly string[]): string | undefined =>
  all.map((one) => ({ one, steps: distance(key, one) })).sort((a, b) => a.steps - b.steps)[0]?.one;

/** How many characters differ between two words (Levenshtein), whatever their case. */
function distance(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let row = [...to, ''].map((_, index) => index);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, against] of [...to].entries())
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + Number(character !== against)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Says that a tag is none of ours, and which is meant. */
export function explainTag(tag: string, tags: readonly string[]): void {
  const longer = tags.filter((one) => one.endsWith(tag.replace('wl', '')));
  tellDeveloper(`<${tag}> is none of the widgets. Did you mean <${nearest(tag, longer[0] ? longer : tags)}>?`);
}

const inShort = (given: unknown): string => `${typeof given === 'string' ? given : JSON.stringify(given)}`.slice(0, 60);

/** Says that a script tag asks for a part of the page that is not there. */
export const explainRoot = (selector: string): void =>
  tellDeveloper(`data-root="${selector}" of the script tag matches nothing on this page, so no widget was started for it.`);

/** Red, green, blue (0 to 255) and perhaps alpha of a computed color; nothing for the other notations. */
const channels = (color: string): number[] => (color.startsWith('rgb') ? (color.match(/[\d.]+/g) ?? []).map(Number) : []);

/** Looks over an element that a test key shows: what the page gave it without effect, or with another than it meant. */
export function inspectElement(element: HTMLElement & { kit: { strings: object } | undefined; strings: object }): void {
  reportShift(element);
  void reportKeys({ ...element.kit?.strings, ...element.strings });
}

/** Says which color was darkened so that the text on it can be read, whoever chose it: page, brand or default. */
function reportShift(element: Element): void {
  const [red, green, blue] = channels(getComputedStyle(element).accentColor);
  if (red === undefined || green === undefined || blue === undefined) return;
  const hex = `#${[red, green, blue].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
  const { fill, shifted } = readableColors(hex);
  if (shifted)
    tellDeveloper(`The primary color ${hex} is shown as ${fill} behind white text, which could not be read on it (WCAG AA, 4.5:1).`);
}
