const browsers: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Edge', /\bEdgA?(?:iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS)\//],
  ['Safari', /\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//],
];
const systems: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Windows', /\bWindows\b/],
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Mac', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

const firstOf = (list: typeof browsers, text: string): string | undefined => list.find(([, mark]) => mark.test(text))?.[0];

/** Names the browser and the system of a request by what it says of itself, such as `Firefox, Windows`; undefined for anything unknown. */
export function nameBrowser(userAgent: string | undefined): string | undefined {
  const said = (userAgent ?? '').slice(0, 500);
  return [firstOf(browsers, said), firstOf(systems, said)].filter((name) => name !== undefined).join(', ') || undefined;
}
