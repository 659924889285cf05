import { existsSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import { type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import { connectDatabase, type Database } from './database/connect.ts';
import { DatabaseError } from './database/engine.ts';
import { whyNotWritable } from './database/folder.ts';
import { warnOfIncomplete } from './domain/agencies/activation.ts';
import { createDirectory } from './domain/directory/directory.ts';
import { fulfilments } from './domain/fulfilments.ts';
import { createLimits } from './domain/limits/limits.ts';
import { OutsideError, settleOutside } from './domain/server-keys/outside.ts';
import { settleKeys } from './domain/server-keys/server-keys.ts';
import { Ending } from './ending.ts';
import { type Env, EnvError, readEnv } from './env.ts';
import { isDatabaseAway } from './http/errors.ts';
import { createLimitedServer } from './http/timeouts.ts';
import { startJobs } from './jobs/start.ts';
import type { CrashPoint, Deps, Trouble } from './ports/index.ts';
import { createClock } from './providers/clock.ts';
import { watchDisk } from './providers/disk.ts';
import { createDocuments } from './providers/documents/documents.ts';
import { createMailer } from './providers/mail.ts';
import { createVoice } from './providers/retell/retell.ts';
import { createTrunks } from './providers/sip/sip.ts';
import { createPayments } from './providers/stripe/stripe.ts';
import { createTelephony } from './providers/twilio/twilio.ts';
import { createWeb, hostsOf } from './providers/web/web.ts';
import { noteRunning } from './running.ts';
import { KeysError, readKeys } from './security/keys.ts';
import { createTokens } from './security/tokens.ts';

/** In a sandbox one machine plays all visitors. */
const SANDBOX_FACTOR = 100;
const READY_MS = 2_000;
/** Pause between attempts to reach the database. */
const AGAIN_MS = 1_000;

async function start(): Promise<void> {
  const env = readEnv();
  const logger = pino({ level: env.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const ending = new Ending(logger);
  const obstacle = await whyNotWritable(env.DATA_DIR);
  if (obstacle) throw new EnvError([`DATA_DIR: ${env.DATA_DIR} cannot be written to (${obstacle}). Set it to a folder that can.`]);
  const storedKeys = await readKeys({ dataDir: env.DATA_DIR, fromEnvironment: env.LIVERY_KEYS });
  const server = createLimitedServer(notYet);
  const { address: host, port } = await listen(server, env, logger);
  const database = await connectWhenThere({ uri: env.MONGODB_URI, dataDir: join(env.DATA_DIR, 'database'), log: logger });
  ending.before(() => database.close());
  const keys = await settleKeys(storedKeys, env.DATA_DIR);
  await settleOutside(env.STRIPE_API_URL !== undefined);
  const clock = await createClock({ sandboxUrl: env.STRIPE_API_URL }); // env.ts allows it only in a sandbox
  ending.before(() => clock.close());
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/$/, '');
  const deps = {
    now: clock.now,
    onClockMoved: clock.onMoved,
    keys,
    tokens: createTokens(keys, publicUrl),
    directory: createDirectory(),
    fulfilments,
    limits: createLimits({ factor: env.LIVERY_LIMIT_FACTOR ?? (env.LIVERY_SANDBOX ? SANDBOX_FACTOR : 1) }),
    trustedProxies: env.TRUST_PROXY,
    ...providers(env),
    mailDomain: env.MAIL_FROM_DOMAIN,
    troubles: new Set<Trouble>(),
    allowsLivePayments: env.LIVERY_SANDBOX || env.LIVERY_ALLOW_EMBEDDED_LIVE || database.engine !== 'embedded',
    publicUrl,
    log: logger,
    logger,
    draining: ending.draining,
    reached: crashAt(env.LIVERY_CRASH_AT),
    embedDir: env.EMBED_DIR,
    isDatabaseReachable: () => isDatabaseReachable(),
  };
  if (env.SMTP_URL === undefined) sayNoMails(deps);
  reportMissingWidgets(deps);
  sayUntrusted(env, logger);
  if (database.engine === 'embedded') {
    const watch = await watchDisk(env.DATA_DIR, deps);
    ending.before(() => watch.stop());
  }
  const looked = warnOfIncomplete(deps).catch((error: unknown) =>
    logger.error({ err: error }, 'portal.look_failed: it is tried at the next start'),
  );
  ending.before(() => looked);
  const app = createApp(deps);
  const jobs = startJobs(deps);
  ending.before(() => jobs.stop());
  const said = { url: publicUrl, databaseUri: database.uri, stripeApiUrl: env.STRIPE_API_URL };
  ending.before(await noteRunning(env.DATA_DIR, { ...said, pid: process.pid, listens: { host, port } }));
  ending.before(() => drain(server));
  ending.whenAsked();
  // Last, because whoever sees us ready may ask us to stop.
  server.off('request', notYet).on('request', app);
  logger.info({ url: publicUrl, engine: database.engine }, 'server.ready: requests are taken');
}

const providers = (env: Env) => ({
  payments: createPayments({ apiUrl: env.STRIPE_API_URL }),
  telephony: createTelephony({ apiUrl: env.TWILIO_API_URL }),
  trunks: createTrunks({ sandboxHosts: hostsOf(env.LIVERY_SANDBOX_HOSTS) }),
  voice: createVoice({ apiUrl: env.RETELL_API_URL }),
  web: createWeb({ sandboxHosts: hostsOf(env.LIVERY_SANDBOX_HOSTS) }),
  documents: createDocuments(),
  mailer: createMailer(env.SMTP_URL),
});

function sayNoMails({ troubles, log }: Pick<Deps, 'troubles' | 'log'>): void {
  troubles.add('mails.not_set_up');
  log.error({}, 'mails.not_set_up: no mail leaves, as SMTP_URL is not set. Confirmations, resets and receipts wait five days.');
}

/** Reports missing widgets. The API is useful without them, so it starts anyway. */
function reportMissingWidgets({ embedDir, troubles, log }: Pick<Deps, 'troubles' | 'log'> & { embedDir: string }): void {
  const script = resolve(embedDir, 'v1', 'wl.js');
  if (existsSync(script)) return;
  troubles.add('widgets.missing');
  log.error({}, `widgets.missing: pages get no widgets, as there is no ${script}. Run "npm run build" or set EMBED_DIR, then start again.`);
}

function sayUntrusted({ PUBLIC_URL, TRUST_PROXY }: Env, log: Logger): void {
  if (TRUST_PROXY > 0 || !PUBLIC_URL?.startsWith('https:')) return;
  log.warn('proxy.not_trusted: PUBLIC_URL is https, so a proxy stands in front, but TRUST_PROXY is 0. Set it to the number of proxies.');
}

/** Answers requests that arrive before the database is open. */
const notYet: RequestListener = (_req, res) => {
  res.writeHead(503, { 'Retry-After': '1', Connection: 'close' }).end();
};

/** Takes the port first, so that a second start fails here, or at the data folder, before it has changed anything. */
function listen(server: Server, { PORT, HOST }: Env, log: Logger): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      // If one connection cannot be accepted, e.g. because too many files are open, the others are not affected.
      if (server.listening) log.error({ err: error }, 'server.failed: a connection could not be taken');
      else reject(new EnvError([whyNotListening(error.code, { PORT, HOST })]));
    });
    server.listen(PORT, HOST, () => resolve(server.address() as AddressInfo));
  });
}

function whyNotListening(code: string | undefined, { PORT, HOST }: Pick<Env, 'PORT' | 'HOST'>): string {
  if (code === 'EADDRINUSE') return `PORT: ${PORT} is taken by another program. Set PORT to a free one.`;
  if (code === 'EACCES') return `PORT: ${PORT} is not for this user to take. Set PORT to one above 1023.`;
  return `HOST: ${HOST} is no address of this machine (${code}). Set HOST to one, such as 127.0.0.1.`;
}

/**
 * Connects once the database is reachable, since after a power cut it may return later than this process. Throws errors that no waiting
 * solves.
 */
async function connectWhenThere(options: { uri: string | undefined; dataDir: string; log: Logger }): Promise<Database> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await connectDatabase(options);
    } catch (error) {
      if (options.uri === undefined || !isDatabaseAway(error)) throw error;
      const { name, message } = error as Error;
      if (tries === 0)
        options.log.error({ reason: `${name}: ${message}` }, 'database.away: it does not answer, and the start waits for it');
      await wait(AGAIN_MS);
    }
  }
}

/** Work that takes longer is cut off. */
const DRAIN_MS = 10_000;

/** Resolves when every answer is sent. Closes idle connections repeatedly, because each answer leaves one. */
async function drain(server: Server): Promise<void> {
  const closeIdle = setInterval(() => server.closeIdleConnections(), 100);
  const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(closeIdle);
  clearTimeout(cutOff);
}

async function isDatabaseReachable(): Promise<boolean> {
  const answered = mongoose.connection.db?.admin().ping({ timeoutMS: READY_MS });
  return answered === undefined
    ? false
    : answered.then(
        () => true,
        () => false,
      );
}

/** Kills the process at a named point, as a power cut would. Only a sandbox has one. */
function crashAt(named: string | undefined): (point: CrashPoint) => void {
  return (point) => {
    if (point === named) process.kill(process.pid, 'SIGKILL');
  };
}

start().catch((error: unknown) => {
  const isMistake = [EnvError, DatabaseError, KeysError, OutsideError].some((kind) => error instanceof kind);
  process.stderr.write(`${isMistake && error instanceof Error ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
