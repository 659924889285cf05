import type { MailKind } from '../../models/mail.ts';
import { readableColors } from '../../rules/contrast.ts';
import { html, type Markup } from '../../rules/markup.ts';
import { isPersonName } from '../../rules/person-name.ts';
import { type Brand, type Letter, letters, type MailValues } from './letters.ts';

/** A rendered mail without an address. */
export interface Rendered {
  subject: string;
  html: string;
  text: string;
}

/**
 * Renders a mail with the agency's name, logo and colors. Styles are inline, because mail programs drop others; the one style sheet only
 * changes colors for dark mode. Loads nothing but the logo, and does not track who opens it.
 */
export function renderMail<Kind extends MailKind>(kind: Kind, values: MailValues[Kind]): Rendered {
  const letter = letters[kind](values);
  const { brand, firstName } = values;
  const greeting = greetingOf(firstName);
  return { subject: letter.subject, html: asHtml(letter, brand, greeting), text: asText(letter, brand, greeting) };
}

/** Greets by name only if the text is a name. */
const greetingOf = (firstName: string | null): string => (firstName !== null && isPersonName(firstName) ? `Hello ${firstName},` : 'Hello,');

function asText({ paragraphs, button, figures = [], closing }: Letter, brand: Brand, greeting: string): string {
  return [
    greeting,
    ...paragraphs,
    ...(button ? [`${button.label}:\n${button.link}`] : []),
    ...(figures.length > 0 ? [figures.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    closing,
    ['--', brand.companyName, ...(brand.supportEmail === null ? [] : [`Questions? ${brand.supportEmail}`])].join('\n'),
  ].join('\n\n');
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

function asHtml({ subject, preheader, paragraphs, button, figures = [], closing }: Letter, brand: Brand, greeting: string): string {
  const { fill, onFill, inkOnLight, inkOnDark } = readableColors(brand.primaryColor);
  const { companyName, logoUrl, supportEmail } = brand;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #111318 !important; }
  .card { background: #1c1f26 !important; color: #f2f3f5 !important; }
  .quiet { color: #b3b8c2 !important; }
  .line { border-color: #363b45 !important; }
  .link { color: ${inkOnDark} !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f4f6">
<div style="display:none;max-height:0;overflow:hidden">${preheader}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;color:#1f2328;border-radius:12px;border-top:4px solid ${fill};${font};font-size:16px;line-height:1.5">
<tr><td style="padding:28px 32px 0;font-size:20px;font-weight:600">${logoUrl === null ? companyName : html`<img src="${logoUrl}" alt="${companyName}" height="40" style="height:40px;max-width:240px;border:0">`}</td></tr>
<tr><td style="padding:20px 32px 28px">
<p style="margin:0 0 16px">${greeting}</p>
${paragraphs.map((text) => html`<p style="margin:0 0 16px">${text}</p>`)}
${button ? html`<table role="presentation" cellpadding="0" cellspacing="0" style="margin:8px 0 24px"><tr><td bgcolor="${fill}" style="border-radius:8px;background:${fill}"><a href="${button.link}" style="display:inline-block;padding:12px 24px;color:${onFill};font-weight:600;text-decoration:none;border-radius:8px">${button.label}</a></td></tr></table>` : ''}
${figures.length > 0 ? html`<table width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 24px">${figures.map(figure)}</table>` : ''}
<p class="quiet" style="margin:0;color:#59626e;font-size:14px">${closing}</p>
</td></tr>
<tr><td class="line quiet" style="padding:16px 32px;border-top:1px solid #e4e6ea;color:#59626e;font-size:13px">${companyName}${supportEmail === null ? '' : html` · Questions? <a class="link" href="mailto:${supportEmail}" style="color:${inkOnLight}">${supportEmail}</a>`}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`.markup;
}

const figure = ([label, value]: [string, string]): Markup =>
  html`<tr><th scope="row" align="left" class="line quiet" style="padding:8px 16px 8px 0;border-bottom:1px solid #e4e6ea;color:#59626e;font-weight:400;white-space:nowrap">${label}</th><td align="right" class="line" style="padding:8px 0;border-bottom:1px solid #e4e6ea;overflow-wrap:anywhere">${value}</td></tr>`;
