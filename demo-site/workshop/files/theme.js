// Themes as text, and the ones that this browser keeps.
const STORE = 'playground.themes';

/**
 * A theme's CSS: the preset's own text, comments included, with changed values in their places. Unchanged it is the preset byte for byte.
 * @param preset its text and its values by name
 * @param values a Map of what holds now; what is not in it is left out
 */
export function cssOf({ css, values: own }, values) {
  const kept = css.replace(/^( *)(--wl-[\w-]+):\s*[^;]+;\n/gm, (line, indent, name) => {
    if (!values.has(name)) return '';
    return values.get(name) === own[name] ? line : `${indent}${name}: ${values.get(name)};\n`;
  });
  const added = [...values].filter(([name]) => !(name in own)).map(([name, value]) => `  ${name}: ${value};\n`);
  if (added.length === 0) return kept;
  return (kept || ':root {\n}\n').replace(/\}\s*$/, `${added.join('')}}\n`);
}

/** Returns the differences from the preset, by name; '' if only the preset sets a variable. */
export function changesOf({ values: own }, values) {
  const names = new Set([...Object.keys(own), ...values.keys()]);
  return [...names].filter((name) => values.get(name) !== own[name]).map((name) => [name, values.get(name) ?? '']);
}

/** The other way round. */
export function changed({ values: own }, changes) {
  const values = new Map(Object.entries(own));
  for (const [name, value] of changes) {
    if (value) values.set(name, value);
    else values.delete(name);
  }
  return values;
}

/** The themes that were saved in this browser: name -> { preset, changes }. */
export function savedThemes() {
  const text = localStorage.getItem(STORE);
  return new Map(text ? JSON.parse(text) : []);
}

export function saveTheme(name, theme) {
  localStorage.setItem(STORE, JSON.stringify([...savedThemes().set(name, theme)]));
}

export function deleteTheme(name) {
  localStorage.setItem(STORE, JSON.stringify([...savedThemes()].filter(([kept]) => kept !== name)));
}
