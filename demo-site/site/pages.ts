import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import express, { type Router } from 'express';

/** Values for `{{name}}` in a page's HTML. */
export type Facts = Record<'api' | 'key' | 'mail' | 'sandbox' | 'demo' | 'harbor' | 'accountSid' | 'authToken', string>;

/**
 * Serves an agency's pages and files from a folder beside this one. Pages are read at each request, so that an edit shows after a reload.
 */
export function pages(folder: string, titles: Readonly<Record<string, string>>, facts: Facts): Router {
  const home = resolve(import.meta.dirname, '..', folder);
  const render = async (page: string, title: string) => {
    const [layout, menu, main] = await Promise.all(
      ['layout', 'menu', page].map((name) => readFile(resolve(home, 'pages', `${name}.html`), 'utf8')),
    );
    return fill(`${layout}`, { ...facts, main: fill(`${main}`, { ...facts, menu: `${menu}` }), page: page.replace('/', '-'), title });
  };
  const router = express.Router();
  for (const [page, title] of Object.entries(titles)) {
    router.get(page === 'home' ? '/' : `/${page}`, async (_request, response) => {
      response
        .set('cache-control', 'no-cache')
        .type('html')
        .send(await render(page, title));
    });
  }
  router.use(express.static(resolve(home, 'files'), { index: false, maxAge: 0 }));
  router.use((_request, response) => {
    response.status(404).type('text').send('There is no such page.\n');
  });
  return router;
}

/** Inserts text unescaped, because all of it is ours. */
export function fill(html: string, facts: Readonly<Record<string, string>>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fact = facts[name];
    if (fact === undefined) throw new Error(`No page fact is called ${name}.`);
    return fact;
  });
}
