/** Collects what the page warns of in the console, until `stop` puts the console back. */
export function listenToConsole(): { said: string[]; stop: () => void } {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (sentence) => said.push(String(sentence));
  return { said, stop: () => Object.assign(console, { warn }) };
}
