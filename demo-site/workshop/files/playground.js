import { asHex, measure } from './contrast.js';

const { api, key } = document.querySelector('script[data-api]').dataset;
const find = (selector) => document.querySelector(selector);
const tools = find('.tools');
const frame = find('iframe');
/** What was changed; everything else is as it comes. */
const values = new Map();
let measuring;

const { tokens, presets } = await (await fetch('/workshop/themes.json')).json();

const asked = new URLSearchParams(location.search);
for (const { name, options } of tools.elements) {
  if ([...options].some(({ value }) => value === asked.get(name))) tools.elements[name].value = asked.get(name);
}
for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
  if (tokens.some((token) => token.name === name)) values.set(name, value);

for (const preset of presets) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = preset.name;
  button.addEventListener('click', () => replaceAll(Object.entries(preset.values)));
  find('.presets').append(button);
}
find('.tokens').append(...tokens.map(control));
find('.reset').addEventListener('click', () => replaceAll([]));
find('.copy').addEventListener('click', copy);
tools.addEventListener('change', ({ target }) => (target.name === 'situation' ? load() : update()));
frame.addEventListener('load', update);
load();

/** One variable: its name, what it is for, a picker where it is a color, and whatever CSS allows beside it. */
function control({ name, about, fallback, isColor }) {
  const row = document.createElement('div');
  row.className = 'token';
  const [label, picker, text, hint] = ['label', 'input', 'input', 'p'].map((tag) => document.createElement(tag));
  Object.assign(label, { htmlFor: name, textContent: name.replace('--wl-', '') });
  Object.assign(text, { id: name, name, type: 'text', placeholder: fallback || 'derived', spellcheck: false, autocomplete: 'off' });
  Object.assign(hint, { id: `${name}-about`, textContent: about });
  text.setAttribute('aria-describedby', hint.id);
  Object.assign(picker, { type: 'color', ariaLabel: `Pick ${name.replace('--wl-', '')}`, hidden: !isColor });
  text.addEventListener('input', () => change(name, text.value.trim()));
  picker.addEventListener('input', () => {
    text.value = picker.value;
    change(name, picker.value);
  });
  row.show = () => {
    text.value = values.get(name) ?? '';
    picker.value = asHex(text.value) ?? asHex(fallback) ?? '#888888';
  };
  row.show();
  row.append(label, picker, text, hint);
  return row;
}

function change(name, value) {
  if (value) values.set(name, value);
  else values.delete(name);
  update();
}

function replaceAll(entries) {
  values.clear();
  for (const [name, value] of entries) values.set(name, value);
  for (const row of document.querySelectorAll('.token')) row.show();
  update();
}

function load() {
  const { selectedOptions, value } = tools.elements.situation;
  const address = `/playground/preview?situation=${value}`;
  // The same address with another fragment would not load anew.
  frame.contentWindow.location.replace('about:blank');
  frame.src = `${address}${selectedOptions[0].dataset.fragment}`;
}

/** Puts the theme on the preview, and tells what to paste, what can be read, and the address of all this. */
function update() {
  const { situation, scheme, width } = tools.elements;
  frame.classList.toggle('phone', width.value === 'phone');
  const { style } = frame.contentDocument.documentElement;
  style.colorScheme = scheme.value;
  for (const { name } of tokens) {
    if (values.has(name)) style.setProperty(name, values.get(name));
    else style.removeProperty(name);
  }
  find('.paste code').textContent = snippet();
  const state = new URLSearchParams({ situation: situation.value, scheme: scheme.value, width: width.value });
  const theme = new URLSearchParams([...values]);
  history.replaceState(null, '', `?${state}${values.size ? `#${theme}` : ''}`);
  clearTimeout(measuring);
  measuring = setTimeout(report, 700);
}

function snippet() {
  const lines = tokens.filter(({ name }) => values.has(name)).map(({ name }) => `    ${name}: ${values.get(name)};`);
  const css = lines.length ? `<style>\n  :root {\n${lines.join('\n')}\n  }\n</style>\n` : '';
  return `${css}<script type="module" src="${api}/embed/v1/wl.js" data-key="${key}"></${'script'}>

<wl-signup></wl-signup>
<wl-balance-meter></wl-balance-meter>
<wl-buy-credits></wl-buy-credits>
`;
}

async function copy() {
  const said = await navigator.clipboard.writeText(snippet()).then(
    () => 'Copied.',
    () => 'Select the text and copy it.',
  );
  find('.copied').textContent = said;
}

function report() {
  const { contentDocument: page } = frame;
  if (!page?.body) return;
  frame.style.height = `${Math.max(420, page.documentElement.offsetHeight)}px`;
  const pairs = measure(page);
  const failed = pairs.filter(({ ratio, wanted }) => ratio < wanted);
  find('.verdict').textContent = failed.length
    ? `${failed.length} of ${pairs.length} pairs of colors cannot be read well.`
    : `All ${pairs.length} pairs of colors can be read (WCAG AA).`;
  find('.contrast').classList.toggle('failed', failed.length > 0);
  find('.contrast tbody').replaceChildren(...pairs.slice(0, Math.max(5, failed.length)).map(line));
}

function line({ text, color, below, ratio, wanted }) {
  const row = document.createElement('tr');
  const [words, colors, figure] = ['td', 'td', 'td'].map((tag) => row.appendChild(document.createElement(tag)));
  words.textContent = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const sample = colors.appendChild(document.createElement('span'));
  sample.className = 'sample';
  Object.assign(sample.style, { color, backgroundColor: below });
  sample.textContent = `${color} on ${below}`;
  figure.textContent = `${ratio.toFixed(2)} ${ratio < wanted ? `below ${wanted}` : ''}`;
  return row;
}
