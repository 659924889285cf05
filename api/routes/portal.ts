import { brandOf } from '../domain/directory/brand.ts';
import { readPortal } from '../domain/directory/portal.ts';
import { pathOfPage } from '../domain/directory/return-url.ts';
import { renderPortal } from '../http/portal-page.ts';
import { answerPage, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

const statuses = { open: 200, closed: 403, unknown: 404 } as const;

export const portalRoutes = ({ log }: Pick<Deps, 'log'>): Route[] => [
  answerPage('portal.page', async (_anyone, { slug }, { req }) => {
    const portal = await readPortal(slug);
    if (portal.kind === 'unknown') return { status: 404, html: renderPortal(portal), pictures: [] };
    const agency = { ...portal.agency, brand: brandOf(portal.agency, log) };
    const path = pathOfPage(agency.slug);
    // One address for one page, because mails and payments lead back to it. Browsers carry what stands behind a # along.
    if (req.path !== path) return { status: 308, location: path + req.url.slice(req.path.length) };
    const { logoUrl } = agency.brand;
    return {
      status: statuses[portal.kind],
      html: renderPortal({ ...portal, agency }),
      pictures: logoUrl === null ? [] : [new URL(logoUrl).origin],
    };
  }),
];
