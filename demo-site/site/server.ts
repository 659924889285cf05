import type { Server } from 'node:http';
import express, { type Express, type Router } from 'express';
import type { AgencyStory } from '../demo-data.ts';
import { harbor } from '../harbor/agency.ts';
import { northwind } from '../northwind/agency.ts';
import type { Addresses } from '../running.ts';
import type { DemoAgency } from '../seed.ts';
import { agencyDesk } from './back-office.ts';
import { shopInTown, townHost } from './client-site.ts';
import { type Facts, pages } from './pages.ts';
import { workshop } from './workshop.ts';

interface Site {
  port: number;
  /** The API as this server reaches it. */
  api: string;
  agency: DemoAgency;
  harborAgency: DemoAgency;
  /** An agency that has switched its portal off, made when it is first asked for. */
  closedAgency(): Promise<DemoAgency>;
  addresses: Addresses;
  /** An account at the telephony provider for whoever tries to connect its own. */
  clientAccount: { accountSid: string; authToken: string };
  /** Makes an agent in the voice account of the agency of this name. @returns its id there */
  makeAgent(agencyName: string, name: string): string;
}

/** Web servers of agencies, told apart by host. Each has its pages and files, and the few lines that call the API with the secret key. */
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
    [townHost, shopInTown()],
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
  story: AgencyStory;
  facts: Facts;
  before?: Router;
}

function agencySite({ api, agency, makeAgent, story, facts, before }: AgencySite): Express {
  const site = express();
  site.disable('x-powered-by');
  site.use(
    '/demo',
    agencyDesk(api, agency.keys.test.secret, (name) => makeAgent(story.name, name)),
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
