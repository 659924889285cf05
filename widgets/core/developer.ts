const told = new Set<string>();

/** One line for the person who builds the page, once each. Visitors never see it. */
export function tellDeveloper(sentence: string): void {
  if (told.has(sentence)) return;
  told.add(sentence);
  // biome-ignore lint/suspicious/noConsole: the console is where a developer looks, and this is the only line that writes there
  console.warn(sentence);
}
