import { brandOf } from '../domain/directory/brand.ts';
import { type Offers, type Portal, readPortal } from '../domain/directory/portal.ts';
import { pathOfPage } from '../domain/directory/return-url.ts';
import type { Agency } from '../models/agency.ts';
import type { Deps } from '../ports/index.ts';
import { html, type Markup } from '../rules/markup.ts';

const statuses = { open: 200, clients: 200, closed: 403, unknown: 404 } as const;

/**
 * Answers a visitor of the hosted page of a slug. The page has one address, because mails and payments lead back to it; any other redirects
 * there. Browsers keep the fragment.
 * @param asked the requested path and query
 */
export async function openPortal(slug: string, asked: { path: string; query: string }, { log }: Pick<Deps, 'log'>) {
  const portal = await readPortal(slug);
  if (portal.kind === 'unknown') return { status: statuses.unknown, html: renderPortal(portal), pictures: [] };
  const agency = { ...portal.agency, brand: brandOf(portal.agency, log) };
  const path = pathOfPage(agency.slug);
  if (asked.path !== path) return { status: 308 as const, location: path + asked.query };
  const { logoUrl } = agency.brand;
  const html = renderPortal({ ...portal, agency });
  return { status: statuses[portal.kind], html, pictures: logoUrl === null ? [] : [new URL(logoUrl).origin] };
}

/**
 * Renders the hosted page. All it loads comes from our own host, except the logo. Colors are attributes of a picture, which every content
 * policy allows.
 */
function renderPortal(portal: Portal): string {
  if (portal.kind === 'unknown') return notFound;
  const { agency } = portal;
  const { companyName, logoUrl } = agency.brand;
  const icon = logoUrl ?? undefined;
  if (portal.kind === 'closed') {
    const main = html`<main class="notice"><h1>${companyName}</h1><p>${portal.notice}</p></main>`;
    return document(companyName, { icon, head: notIndexed, body: framed(agency, main) });
  }
  const isTest = portal.mode === 'test';
  const script = html`<script type="module" src="/embed/v1/wl.js" data-key="${portal.key}"></script>`;
  const badge = isTest ? html`<p class="badge">Test mode: no real money</p>` : '';
  return document(companyName, {
    icon,
    head: isTest || portal.kind === 'clients' ? html`${notIndexed}${script}` : script,
    body: framed(agency, portal.kind === 'clients' ? ownWidgets(companyName) : widgets(companyName, portal.offers), badge),
  });
}

const notIndexed = html`<meta name="robots" content="noindex">`;

const statementAndAccount = html`<section aria-label="Statement"><wl-statement></wl-statement></section>
<section aria-label="Account settings"><wl-account></wl-account></section>`;

const needsScript = html`<noscript><p>This page needs JavaScript.</p></noscript>`;

const widgets = (companyName: string, { plans, numbers, knowledge }: Offers): Markup => html`<main>
<h1 class="unseen">${companyName}</h1>
<section class="panel" aria-label="Account"><wl-signup></wl-signup></section>
<section class="panel" aria-label="Credits"><wl-buy-credits></wl-buy-credits></section>
${plans ? html`<section class="wide" aria-label="Plans"><wl-plans><span slot="signed-out"></span></wl-plans></section>` : ''}
<wl-gate class="wide"><span slot="locked"></span>
${numbers ? html`<section aria-label="Phone numbers"><wl-number-purchase></wl-number-purchase></section>` : ''}
${knowledge ? html`<section aria-label="Knowledge"><wl-knowledge-upload></wl-knowledge-upload></section>` : ''}
${statementAndAccount}
</wl-gate>
${needsScript}
</main>`;

/** Renders what a client has, and nothing for sale. Everybody else reads in the place of the form, and nowhere else, that the portal is closed. */
const ownWidgets = (companyName: string): Markup => html`<main>
<h1 class="unseen">${companyName}</h1>
<section class="panel" aria-label="Account"><wl-signup></wl-signup></section>
<wl-gate class="wide own"><span slot="locked"></span>
${statementAndAccount}
</wl-gate>
${needsScript}
</main>`;

const notFound = document('Page not found', {
  head: notIndexed,
  body: html`<main class="notice"><h1>Page not found</h1><p>There is nothing at this address. Please check it, or ask whoever gave it to you.</p></main>`,
});

interface Parts {
  icon?: string | undefined;
  head: Markup;
  body: Markup;
}

function document(title: string, { icon = '/embed/v1/pages/icon.svg', head, body }: Parts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/embed/v1/pages/portal.css">
${head}
</head>
<body>
${body}
</body>
</html>
`.markup;
}

function framed({ slug, brand }: Agency, main: Markup, badge: Markup | string = ''): Markup {
  const { companyName, logoUrl, primaryColor } = brand;
  const logo = logoUrl === null ? '' : html`<img src="${logoUrl}" alt="" height="40">`;
  return html`<svg class="stripe" width="100%" height="4" aria-hidden="true"><rect width="100%" height="4" fill="${primaryColor}"/></svg>
<header><a href="${pathOfPage(slug)}">${logo}<span>${companyName}</span></a>${badge}</header>
${main}
<footer><span>${companyName}</span>${links(brand)}</footer>`;
}

function links({ termsUrl, privacyUrl, helpUrl, supportEmail }: Agency['brand']): Markup[] {
  const mail = supportEmail === null ? null : `mailto:${supportEmail}`;
  return (
    [
      ['Terms', termsUrl],
      ['Privacy', privacyUrl],
      ['Help', helpUrl ?? mail],
    ] as const
  ).flatMap(([label, address]) => (address === null ? [] : [html`<a href="${address}">${label}</a>`]));
}
