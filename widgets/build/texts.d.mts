/** Every English text by its key. */
export function readTexts(): Record<string, string>;
