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
  } else if (code === 'origin.refused' && isOnThisMachine()) {
    // Pages on this machine need no listing with a test key: then it can only be the key.
    tellDeveloper(
      key.startsWith('wlp_test_')
        ? `data-key ${key.slice(0, 12)}… is a key that nobody knows, or one that has ended. Copy the publishable key of the agency again.`
        : `The widgets are refused on ${self.origin}: a live key takes listed origins only. Use the test key (wlp_test_…) here, or add the origin to "origins" in the agency's settings (agency.update).`,
    );
  } else if (code === 'origin.refused') {
    tellDeveloper(
      `The widgets are refused on ${self.origin}: this origin is not on the agency's list, or the key ${key.slice(0, 12)}… is not its own. Add the origin to "origins" in the agency's settings (agency.update).`,
    );
  } else if (code === 'key.refused')
    tellDeveloper(`data-key ${keyFault(key)} Use the publishable key, which starts with wlp_test_ or wlp_live_.`);
}

/** Tells whether the page comes from the developer's own machine, whose pages a test key always admits. */
const isOnThisMachine = (): boolean => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(self.origin);

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

/** Says that texts are no texts: where broken JSON breaks, or which of them is none. */
export function explainStrings(given: unknown): void {
  const odd = Object.entries(Object(given)).filter(([, text]) => text != null && typeof text !== 'string');
  const fault = typeof given === 'string' ? faultOfJson(given) : '';
  const what =
    fault || `and not ${inShort(odd[0] && !Array.isArray(given) ? Object.fromEntries(odd) : given)}. What is no text is left out.`;
  tellDeveloper(`"strings" is an object of texts by their keys (JSON in the attribute)${fault ? '' : ','} ${what}`);
}

/** Says where JSON breaks, as far as the browser tells, and how it is written. */
function faultOfJson(text: string): string {
  const way = `Keys and texts stand in double quotes, so the attribute stands in single ones: strings='{"buy.heading": "Top up"}'.`;
  try {
    JSON.parse(text);
    return ''; // one text, where an object belongs
  } catch (error) {
    const at = placeIn(text, String(error));
    const near =
      at === undefined
        ? `near "${inShort(text)}"`
        : at < text.length
          ? `at character ${at + 1}, before "${inShort(text.slice(at))}"`
          : 'at its end, where something is missing';
    return `and is broken ${near}. ${way}`;
  }
}

/** The place that a browser names in its own way; Safari names none. */
function placeIn(text: string, words: string): number | undefined {
  const [, position] = /position (\d+)/.exec(words) ?? [];
  if (position) return Number(position);
  const [, line, column] = /line (\d+) column (\d+)/.exec(words) ?? [];
  if (line)
    return (
      text
        .split('\n')
        .slice(0, Number(line) - 1)
        .join('\n').length +
      (line === '1' ? 0 : 1) +
      Number(column) -
      1
    );
  return /end of|EOF/i.test(words) ? text.length : undefined;
}

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

/** Says that a tag, or what `for` names, is none of ours, and which is meant. */
export function explainTag({ localName, attributes }: Element, tags: readonly string[]): void {
  const named = attributes.getNamedItem('for')?.value;
  const tag = localName === 'wl-open' ? `wl-${named}` : localName;
  const longer = tags.filter((one) => one.startsWith(tag) || one.endsWith(tag.replace('wl', '')));
  const meant = nearest(tag, longer[0] ? longer : tags) ?? '';
  tellDeveloper(
    tag === localName
      ? `<${tag}> is none of the widgets. Did you mean <${meant}>?`
      : `<wl-open for="${named ?? ''}"> names none of the widgets. Did you mean for="${meant.replace('wl-', '')}"?`,
  );
}

const inShort = (given: unknown): string => `${typeof given === 'string' ? given : JSON.stringify(given)}`.slice(0, 60);

/** Says that a script tag asks for a part of the page that is not there. */
export const explainRoot = (selector: string): void =>
  tellDeveloper(`data-root="${selector}" of the script tag matches nothing on this page, so no widget was started for it.`);

/** Red, green, blue (0 to 255) and perhaps alpha of a computed color; nothing for the other notations. */
const channels = (color: string): number[] => (color.startsWith('rgb') ? (color.match(/[\d.]+/g) ?? []).map(Number) : []);

/** The part of a kit that is looked at here. The kit itself asks for hints, and files import each other in no circle. */
interface Shown {
  strings: object;
  data: { entitlements?: { features: readonly string[] } | null | undefined } | undefined;
  read(operation: 'plans.list', input: Record<never, never>): Promise<{ plans: { features: readonly string[] }[] }>;
}

/** Looks over an element that a test key shows: what the page gave it without effect, or with another than it meant. */
export function inspectElement(element: HTMLElement & { kit: Shown | undefined; strings: object }): void {
  reportShift(element);
  reportSwallowed(element);
  reportAttributes(element);
  if (element.localName === 'wl-gate') void reportFeature(element);
  void reportKeys({ ...element.kit?.strings, ...element.strings });
}

/** Elements between whose tags a page writes what it likes. */
const holders = ['wl-gate', 'wl-open'];

/**
 * Says that an element holds the rest of its page: HTML knows no tag that closes itself, and what follows such a one is inside of it, where
 * it is not shown. The signs are scripts, parts of a page or other widgets, unless they stand in a slot.
 */
function reportSwallowed({ localName, children }: Element): void {
  const rest = 'script, style, link, main, nav, header, footer, section, article, form, h1, h2';
  const isRest = (child: Element) =>
    !child.slot && !child.hasAttribute('data-wl') && (child.matches(rest) || [child, ...child.querySelectorAll('*')].some(isWidget));
  if (!holders.includes(localName) && [...children].some(isRest))
    tellDeveloper(
      `<${localName}> is not closed and hides what follows it. Write <${localName}></${localName}>: "/>" closes no tag in HTML.`,
    );
}
const isWidget = ({ localName }: Element): boolean => localName.startsWith('wl-');

/** Says which attribute is probably misspelt: one that the element does not know, and that is nearly one that it does. */
function reportAttributes(element: HTMLElement): void {
  const known = (element.constructor as typeof HTMLElement & { observedAttributes: string[] }).observedAttributes;
  for (const { name } of element.attributes) {
    if (name.length < 4 || !/^[a-z]+$/.test(name) || name === 'class' || name in element || known.includes(name)) continue;
    const meant = nearest(name, known);
    if (meant && distance(name, meant) <= 2) tellDeveloper(`<${element.localName} ${name}> is no attribute of it. Did you mean ${meant}?`);
  }
}

/** Says that no plan of the agency includes the feature of a gate, which therefore never opens. */
async function reportFeature({ kit, localName, feature }: HTMLElement & { kit: Shown | undefined; feature?: string }): Promise<void> {
  if (!kit || !feature) return;
  const [own, { plans }] = [kit.data?.entitlements?.features ?? [], await kit.read('plans.list', {}).catch(() => ({ plans: [] }))];
  const known = [...new Set([...own, ...plans.flatMap(({ features }) => features)])];
  // Without an answer nothing is known of plans.
  if (plans.length === 0 || known.includes(feature)) return;
  tellDeveloper(
    `<${localName} feature="${feature}"> never opens: no plan on offer includes that feature${known[0] ? `, but ${known.join(', ')}` : ''}. Mend the word, or add it to the "features" of a plan (plans.update, or agency.update for the first one).`,
  );
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
