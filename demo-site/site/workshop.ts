import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import express, { type Response, type Router } from 'express';
import { everyElement } from './every.ts';
import { readLibrary } from './libraries.ts';
import { type Facts, fill } from './pages.ts';
import { playgroundRoutes } from './playground.ts';
import { PlaygroundClients } from './playground-clients.ts';
import { referencePage } from './reference.ts';
import { situations } from './situations.ts';
import { readThemes } from './themes.ts';

const home = resolve(import.meta.dirname, '../workshop');

/** Pages in the workshop's frame. */
const framed = { demo: 'Pages for developers', playground: 'Playground' } as const;

/** Pages that are whole documents: each is a kind of site that widgets must work on. */
const bare = ['strict', 'hostile', 'app', 'both', 'twice', 'turbo', 'react', 'vue', 'htmx'] as const;

/** Pages that have further views below their own address. */
const views: readonly string[] = ['app', 'turbo'];

interface Workshop {
  facts: Facts;
  /** The publishable key of the second agency. */
  otherKey: string;
  closedKey(): Promise<string>;
  /** Address of the API for this server. */
  api: string;
  secretKey: string;
}

/**
 * Serves pages for developers, which try the widgets under difficult conditions. They are read at each request, so that an edit shows after
 * a reload.
 */
export function workshop({ facts, otherKey, closedKey, api, secretKey }: Workshop): Router {
  const router = express.Router();
  const all = { ...facts, otherKey };
  const page = async (name: string, more: Record<string, string> = {}) =>
    fill(await readFile(resolve(home, 'pages', `${name}.html`), 'utf8'), { ...all, ...more });
  for (const [name, title] of Object.entries(framed)) {
    router.get(`/${name}`, async (_request, response) =>
      send(response, await page('layout', { title, main: await page(name, { situations: options }) })),
    );
  }
  for (const name of bare) {
    router.get([`/${name}`, ...(views.includes(name) ? [`/${name}/:view`] : [])], async (_request, response) => {
      if (name === 'strict') response.set('content-security-policy', strictPolicy(facts.api));
      send(response, await page(name));
    });
  }
  router.get('/htmx/part', async (_request, response) => send(response, await page('htmx-part')));
  router.get('/workshop/library/:name', async ({ params }, response, next) => {
    const library = await readLibrary(params.name);
    if (library === undefined) return next();
    response.type('text/javascript').send(library);
  });
  router.get('/every', async (_request, response) => {
    send(response, await page('every', { every: everyElement() }));
  });
  router.get('/reference', async (_request, response) => {
    send(response, await page('layout', { title: 'Reference', main: await referencePage() }));
  });
  const clients = new PlaygroundClients({ api, secretKey, sandbox: facts.sandbox, page: `${facts.demo}/playground` });
  router.use(playgroundRoutes({ clients, key: facts.key, closedKey, preview: (more) => page('preview', more) }));
  router.get('/workshop/themes.json', async (_request, response) => {
    response.set('cache-control', 'no-cache').json(await readThemes());
  });
  router.use('/workshop', express.static(resolve(home, 'files'), { index: false, maxAge: 0 }));
  return router;
}

const options = Object.entries(situations)
  .map(([name, { label }]) => `<option value="${name}">${label}</option>`)
  .join('');

/** A page policy with all that the widgets need: the API as a source of scripts and answers, and the name of the policy for templates. */
export const strictPolicy = (api: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${api}`,
    `connect-src ${api}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');

const send = (response: Response, html: string) => response.set('cache-control', 'no-cache').type('html').send(html);
