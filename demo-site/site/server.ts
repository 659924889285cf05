import type { Server } from 'node:http';
import express, { type Express, type Router } from 'express';
import type { DemoAgencyData } from '../demo-data.ts';
import { harbor } from '../harbor/agency.ts';
import { northwind } from '../northwind/agency.ts';
import type { Addresses } from '../running.ts';
import type { DemoAgency } from '../seed.ts';
import { backOffice } from './back-office.ts';
import { clientSiteHost, shopInTown } from './client-site.ts';
import { type Facts, pages } from './pages.ts';
import { workshop } from './workshop.ts';

interface Site {
  port: number;
  /** Address of the API for this server. */
  api: string;
  agency: DemoAgency;
  harborAgency: DemoAgency;
  /** Returns an agency with a closed portal, created on first use. */
  closedAgency(): Promise<DemoAgency>;
  addresses: Addresses;
  /** A telephony account for clients that connect their own. */
  clientAccount: { accountSid: string; authToken: string };
  /**
   * Creates an agent in the voice account of the agency of this name.
   * @returns its id there
   */
  makeAgent(agencyName: string, name: string): string;
}

/**
 * Starts the agencies' web servers, distinguished by host. Each has its pages and files, and a few lines that call the API with the secret
 * key.
 */
export async function startSite({
  port,
  api,
  agency,
  harborAgency,
  closedAgency,
  addresses,
  clientAccount,
  makeAgent,
}: Site): Promise<{ close: () => Promise<void> }> {
  const facts = (key: string): Facts => ({ ...addresses, ...clientAccount, key });
  const [northwindFacts, harborFacts] = [facts(agency.keys.test.publishable), facts(harborAgency.keys.test.publishable)];
  const workshopPages = workshop({
    facts: northwindFacts,
    otherKey: harborFacts.key,
    closedKey: async () => (await closedAgency()).keys.test.publishable,
    api,
    secretKey: agency.keys.test.secret,
  });
  const sites = new Map<string, Express>([
    [
      new URL(addresses.demo).hostname,
      agencySite({ api, agency, makeAgent, story: northwind, facts: northwindFacts, before: workshopPages }),
    ],
    [new URL(addresses.harbor).hostname, agencySite({ api, agency: harborAgency, makeAgent, story: harbor, facts: harborFacts })],
    [clientSiteHost, shopInTown()],
  ]);
  const hosts = express();
  hosts.disable('x-powered-by');
  hosts.use((request, response, next) => {
    const site = sites.get(request.hostname);
    if (site) site(request, response, next);
    else if (['localhost', '127.0.0.1'].includes(request.hostname)) response.redirect(addresses.demo);
    else response.status(404).type('text').send(`There is no site at this host. Try ${addresses.demo}\n`);
  });
  const server = await listen(hosts, port);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface AgencySite extends Pick<Site, 'api' | 'agency' | 'makeAgent'> {
  story: DemoAgencyData;
  facts: Facts;
  before?: Router;
}

function agencySite({ api, agency, makeAgent, story, facts, before }: AgencySite): Express {
  const site = express();
  site.disable('x-powered-by');
  site.use(
    '/demo',
    backOffice(api, agency.keys.test.secret, (name) => makeAgent(story.name, name)),
  );
  if (before) site.use(before);
  site.use(pages(story.slug, story.pages, facts));
  return site;
}

function listen(app: Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, '127.0.0.1', (error) => (error ? reject(error) : resolve(server)));
  });
}
