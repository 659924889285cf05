import { asHex } from './contrast.js';
import { reportContrast } from './readable.js';
import { changed, changesOf, cssOf, deleteTheme, savedThemes, saveTheme } from './theme.js';

const { api, key } = document.querySelector('script[data-api]').dataset;
const find = (selector) => document.querySelector(selector);
const tools = find('.tools');
const frame = find('iframe');
const choice = find('select[name=theme]');
const nameField = find('input[name=themeName]');

const themes = await (await fetch('/workshop/themes.json')).json();
const { tokens } = themes;
const none = { name: 'default', css: '', values: {} };
const presets = new Map([none, ...themes.presets].map((preset) => [preset.name, preset]));

/** The theme's preset, its saved name, and every variable that is set. */
let preset = none;
let savedAs = '';
let values = new Map();
let measuring;

readAddress();
listThemes();
find('.tokens').append(...tokens.map(control));
choice.addEventListener('change', () => choose(choice.value));
find('.reset').addEventListener('click', () => choose(`preset:${preset.name}`));
find('.delete').addEventListener('click', () => {
  deleteTheme(savedAs);
  choose(`preset:${preset.name}`);
});
find('.save').addEventListener('submit', save);
find('.copy').addEventListener('click', () => copy(snippet()));
find('.copy-css').addEventListener('click', () => copy(cssOf(preset, values)));
tools.addEventListener('change', ({ target }) => (target.name === 'state' ? load() : update()));
frame.addEventListener('load', update);
load();

/** An address holds all of it: what is shown, the preset, and what was changed since. */
function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const { name, options } of tools.elements) {
    if ([...options].some(({ value }) => value === asked.get(name))) tools.elements[name].value = asked.get(name);
  }
  preset = presets.get(asked.get('theme')) ?? none;
  savedAs = savedThemes().has(asked.get('saved')) ? asked.get('saved') : '';
  const known = ([name]) => tokens.some((token) => token.name === name);
  values = changed(preset, [...new URLSearchParams(location.hash.slice(1))].filter(known));
}

function listThemes() {
  const group = (label, kind, names) => {
    const options = names.map((name) => new Option(kind === 'preset' ? name[0].toUpperCase() + name.slice(1) : name, `${kind}:${name}`));
    const list = Object.assign(document.createElement('optgroup'), { label });
    list.append(...options);
    return list;
  };
  const saved = [...savedThemes().keys()];
  choice.replaceChildren(
    group('Presets', 'preset', [...presets.keys()]),
    ...(saved.length ? [group('Saved in this browser', 'saved', saved)] : []),
  );
  choice.value = savedAs ? `saved:${savedAs}` : `preset:${preset.name}`;
  find('.delete').hidden = !savedAs;
}

/** Takes a preset as it is, or a theme as it was saved. */
function choose(chosen) {
  const [, kind, name] = /^(preset|saved):(.+)$/.exec(chosen);
  const kept = kind === 'saved' ? savedThemes().get(name) : undefined;
  savedAs = kept ? name : '';
  preset = presets.get(kept ? kept.preset : name) ?? none;
  values = changed(preset, kept?.changes ?? []);
  find('.saved').textContent = '';
  listThemes();
  for (const row of document.querySelectorAll('.token')) row.show();
  update();
}

function save(event) {
  event.preventDefault();
  const name = nameField.value.trim();
  if (!name) return;
  saveTheme(name, { preset: preset.name, changes: changesOf(preset, values) });
  savedAs = name;
  nameField.value = '';
  find('.saved').textContent = `Saved as ${name}.`;
  listThemes();
  update();
}

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
  const change = (value) => {
    values = changed({ values: Object.fromEntries(values) }, [[name, value]]);
    update();
  };
  text.addEventListener('input', () => change(text.value.trim()));
  picker.addEventListener('input', () => {
    text.value = picker.value;
    change(picker.value);
  });
  row.show = () => {
    text.value = values.get(name) ?? '';
    picker.value = asHex(text.value) ?? asHex(fallback) ?? '#888888';
  };
  row.show();
  row.append(label, picker, text, hint);
  return row;
}

function load() {
  frame.src = `/playground/preview?state=${tools.elements.state.value}`;
}

/** Puts the theme on the preview, and tells what to paste, what can be read, and the address of all this. */
function update() {
  const { state, scheme, width } = tools.elements;
  frame.classList.toggle('phone', width.value === 'phone');
  const { style } = frame.contentDocument.documentElement;
  style.colorScheme = scheme.value;
  for (const { name } of tokens) {
    if (values.has(name)) style.setProperty(name, values.get(name));
    else style.removeProperty(name);
  }
  find('.paste code').textContent = snippet();
  const changes = changesOf(preset, values);
  find('.reset').disabled = !savedAs && changes.length === 0;
  const query = new URLSearchParams({ state: state.value, scheme: scheme.value, width: width.value, theme: preset.name });
  if (savedAs) query.set('saved', savedAs);
  history.replaceState(null, '', `?${query}${changes.length ? `#${new URLSearchParams(changes)}` : ''}`);
  clearTimeout(measuring);
  measuring = setTimeout(measureFrame, 700);
}

function measureFrame() {
  const { contentDocument: page } = frame;
  if (!page?.body) return;
  frame.style.height = `${Math.max(420, page.documentElement.offsetHeight)}px`;
  reportContrast(page);
}

function snippet() {
  const css = cssOf(preset, values);
  return `${css && `<style>\n${css}</style>\n`}<script type="module" src="${api}/embed/v1/wl.js" data-key="${key}"></${'script'}>

<wl-signup></wl-signup>
<wl-balance-meter></wl-balance-meter>
<wl-buy-credits></wl-buy-credits>
`;
}

async function copy(text) {
  const said = await navigator.clipboard.writeText(text).then(
    () => 'Copied.',
    () => 'Select the text and copy it.',
  );
  find('.copied').textContent = said;
}
