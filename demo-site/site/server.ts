import type { Server } from 'node:http';
import express, { type Express } from 'express';
import type { Addresses } from '../running.ts';
import type { DemoAgency } from '../seed.ts';
import { agencyDesk } from './desk.ts';
import { pages } from './pages.ts';

interface Site {
  port: number;
  /** The API as this server reaches it. */
  api: string;
  agency: DemoAgency;
  addresses: Addresses;
}

/** Web servers of agencies, told apart by host. Each has its pages and files, and the few lines that call the API with the secret key. */
export async function startSite({ port, api, agency, addresses }: Site): Promise<{ close: () => Promise<void> }> {
  const sites = new Map<string, Express>([[new URL(addresses.demo).hostname, agencySite({ api, agency, addresses })]]);
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

function agencySite({ api, agency, addresses }: Omit<Site, 'port'>): Express {
  const site = express();
  site.disable('x-powered-by');
  site.use('/demo', agencyDesk(api, agency.keys.test.secret));
  site.use(pages('northwind', { api: addresses.api, key: agency.keys.test.publishable, mail: addresses.mail, sandbox: addresses.sandbox }));
  return site;
}

function listen(app: Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, '127.0.0.1', (error) => (error ? reject(error) : resolve(server)));
  });
}
