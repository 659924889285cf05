import { fileURLToPath } from 'node:url';

/** Markup that is safe to insert unescaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | readonly Html[] | string | number | null | undefined | false;

/** Builds markup from a template. Values are escaped, unless they are markup. Null, undefined and false render nothing. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings.reduce((text, string, index) => text + rendered(values[index - 1]) + string));
}

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return escaped(String(value));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** The folder with the pages' styles and scripts. */
export const assetsFolder = fileURLToPath(new URL('./assets/', import.meta.url));

interface Page {
  title: string;
  /** Name of the page's own style sheet and script in the assets folder. */
  name: 'checkout' | 'mail' | 'control';
  script?: boolean;
  body: Html;
}

export function page({ title, name, script, body }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/${name}.css">
${script && html`<script type="module" src="/assets/${name}.js"></script>`}
</head>
<body>
${body}
</body>
</html>`.text;
}

/** Pages load nothing from other hosts and cannot be framed. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";
