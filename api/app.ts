import { resolve } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { refuse } from './contract/refusal.ts';
import { noticeProxy } from './http/address.ts';
import { answerError } from './http/errors.ts';
import { logRequests } from './http/log.ts';
import { crossOrigin } from './http/origins.ts';
import { mountRoutes, type ServeDeps } from './http/serve.ts';
import { listRoutes } from './routes/index.ts';
import type { SystemState } from './routes/system.ts';
import { sealWith } from './security/own-seal.ts';

export interface AppDeps extends ServeDeps, SystemState {
  logger: Logger;
  /** Number of our own proxies in front of the API. A caller's address is read behind them. */
  trustedProxies: number;
  /** Folder of the built widgets. */
  embedDir: string;
}

/** Creates the API as an Express application that does not listen yet. */
export function createApp(deps: AppDeps): Express {
  sealWith(deps.keys);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustedProxies === 0 ? false : deps.trustedProxies);
  app.use(logRequests(deps.logger));
  if (deps.trustedProxies === 0) app.use(noticeProxy(deps.logger));
  app.use((_req, res, next) => {
    // A process that shuts down closes its connections, so that callers reconnect elsewhere.
    if (deps.draining.aborted) res.setHeader('Connection', 'close');
    next();
  });
  app.use(helmet());
  app.use('/embed', anyPageMayRead, helpClassicScript, embedFiles(deps.embedDir));
  app.use('/v1', crossOrigin(deps.directory));
  mountRoutes(app, listRoutes(deps), deps);
  app.use(() => refuse('operation.not_found'));
  app.use(answerError);
  return app;
}

/** Lets every page read the answer, also a 404: otherwise the browser tells the developer of origins, and not that the address is wrong. */
const anyPageMayRead: RequestHandler = (_req, res, next) => {
  res.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  next();
};

/** Says what is missing at the script tag, and loads the script all the same. */
const classicScript = `console.warn('The script tag of the widgets lacks type="module".');
import(document.currentScript.src);
`;

/** Answers a script tag without `type="module"`, which the browser would refuse with words that help nobody. */
const helpClassicScript: RequestHandler = (req, res, next) => {
  const isClassic = req.headers['sec-fetch-dest'] === 'script' && req.headers['sec-fetch-mode'] === 'no-cors';
  if (!isClassic || !/^\/v\d+\/wl\.js$/.test(req.path)) return next();
  res.set('Cache-Control', 'no-store').type('text/javascript').send(classicScript);
};

/** Serves the script that agencies paste. */
const embedFiles = (dir: string) =>
  express.static(resolve(dir), {
    index: false,
    // A folder is no address: it would answer with a page that leads elsewhere.
    redirect: false,
    setHeaders(res, path) {
      // Files with a version or hash in their names never change. `wl.js` changes, and names the files it needs.
      const isFixed = /\/wl-[^/]*\.js$/.test(path);
      res.setHeader('Cache-Control', isFixed ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
    },
  });
