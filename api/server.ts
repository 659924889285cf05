import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { connectDatabase } from './database/connect.ts';
import { DatabaseError } from './database/engine.ts';
import { createDirectory } from './domain/directory.ts';
import { createLimits } from './domain/limits.ts';
import type { CrashPoint, Deps, Trouble } from './domain/ports.ts';
import { type Env, EnvError, readEnv } from './env.ts';
import { serverLimits } from './http/timeouts.ts';
import { startJobs } from './jobs/start.ts';
import { createClock } from './providers/clock.ts';
import { createDocuments } from './providers/documents.ts';
import { createMailer } from './providers/mail.ts';
import { createVoice } from './providers/retell.ts';
import { createTrunks } from './providers/sip.ts';
import { createPayments } from './providers/stripe.ts';
import { createTelephony } from './providers/twilio.ts';
import { createWeb, hostsOf } from './providers/web.ts';
import { KeysError, loadKeys } from './security/keys.ts';
import { createTokens } from './security/tokens.ts';

/** What is still going on after this is cut off. */
const DRAIN_MS = 10_000;
/** One machine plays all visitors of a sandbox. */
const SANDBOX_FACTOR = 100;
const READY_MS = 2_000;

async function start(): Promise<void> {
  const env = readEnv();
  const logger = pino({ level: env.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const keys = await loadKeys({ dataDir: env.DATA_DIR, fromEnvironment: env.LIVERY_KEYS });
  const server = createServer(serverLimits, notYet);
  const port = await listen(server, env);
  const database = await connectDatabase({ uri: env.MONGODB_URI, dataDir: join(env.DATA_DIR, 'database'), log: logger });
  const clock = await createClock({ sandboxUrl: env.STRIPE_API_URL }); // env.ts allows it to a sandbox alone
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/$/, '');
  const draining = new AbortController();
  const deps = {
    now: clock.now,
    onClockMoved: clock.onMoved,
    keys,
    tokens: createTokens(keys, publicUrl),
    directory: createDirectory(),
    limits: createLimits({ factor: env.LIVERY_LIMIT_FACTOR ?? (env.LIVERY_SANDBOX ? SANDBOX_FACTOR : 1) }),
    trustedProxies: env.TRUST_PROXY,
    ...providers(env),
    mailDomain: env.MAIL_FROM_DOMAIN,
    troubles: new Set<Trouble>(),
    allowsLivePayments: env.LIVERY_SANDBOX || env.LIVERY_ALLOW_EMBEDDED_LIVE || database.engine !== 'embedded',
    publicUrl,
    log: logger,
    logger,
    draining: draining.signal,
    reached: crashAt(env.LIVERY_CRASH_AT),
    embedDir: env.EMBED_DIR,
    isDatabaseReachable: () => isDatabaseReachable(),
  };
  if (env.SMTP_URL === undefined) sayNoMails(deps);
  const app = createApp(deps);
  const jobs = startJobs(deps);
  const addressFile = join(env.DATA_DIR, 'api.json');
  await mkdir(env.DATA_DIR, { recursive: true, mode: 0o700 });
  await writeFile(
    addressFile,
    JSON.stringify({ url: publicUrl, databaseUri: database.uri, stripeApiUrl: env.STRIPE_API_URL, pid: process.pid }),
    { mode: 0o600 },
  );

  const stop = async () => {
    if (draining.signal.aborted) return;
    logger.info('stopping: what is under way is finished, nothing new is taken');
    draining.abort();
    await drain(server);
    await jobs.stop();
    clock.close();
    await database.close();
    await rm(addressFile, { force: true });
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Last: whoever finds us ready may ask us to stop.
  server.off('request', notYet).on('request', app);
  logger.info({ url: publicUrl, engine: database.engine }, 'ready');
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

/** Answers whoever comes before the database is open. */
const notYet: RequestListener = (_req, res) => {
  res.writeHead(503, { 'Retry-After': '1', Connection: 'close' }).end();
};

/** Takes the port first: a second start fails here or at the data folder, before it has changed anything. */
function listen(server: Server, { PORT, HOST }: Env): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new EnvError([`PORT: ${PORT} is taken by another program. Set PORT to a free one.`]) : error);
    });
    server.listen(PORT, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Ends when every answer is out. Idle connections are closed again and again, because each answer leaves one. */
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

/** Ends the process at a named point, as a power cut would. Only a sandbox can be told to. */
function crashAt(named: string | undefined): (point: CrashPoint) => void {
  return (point) => {
    if (point === named) process.kill(process.pid, 'SIGKILL');
  };
}

process.on('unhandledRejection', (error) => {
  throw error;
});

start().catch((error: unknown) => {
  const isMistake = [EnvError, DatabaseError, KeysError].some((kind) => error instanceof kind);
  process.stderr.write(`${isMistake && error instanceof Error ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
