/** Letters that look like a dot or a colon. */
const dotlike = /[\ua4f8-\ua4fd\ua78f]/;

/** Letters of any script with their marks, and what stands within names: spaces, hyphens and apostrophes, of which some are letters. */
const name = /^\p{L}[\p{L}\p{M}'’ -]{0,39}$/u;

/**
 * Whether a text is a name and nothing else, so that it may greet a person: no digit, no dot in any script, no sign, at most 40
 * characters. Somebody else may have typed it.
 */
export const isPersonName = (text: string): boolean => name.test(text) && name.test(text.normalize('NFKC')) && !dotlike.test(text);
