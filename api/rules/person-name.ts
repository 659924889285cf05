/** Letters that look like a dot or a colon. */
const dotlike = /[\ua4f8-\ua4fd\ua78f]/;

/** Letters of any script with their marks, and the signs within names: spaces, hyphens and apostrophes, some of which are letters. */
const name = /^\p{L}[\p{L}\p{M}'’ -]{0,39}$/u;

/**
 * Tells whether a text is only a name and may therefore greet a person: no digit, no dot in any script, no sign, at most 40 characters. A
 * stranger may have typed it.
 */
export const isPersonName = (text: string): boolean => name.test(text) && name.test(text.normalize('NFKC')) && !dotlike.test(text);
