import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { pino } from 'pino';
import { type AppDeps, createApp } from '../../api/app.ts';
import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import { createDirectory } from '../../api/domain/directory/directory.ts';
import { fulfilments } from '../../api/domain/fulfilments.ts';
import { createLimits } from '../../api/domain/limits/limits.ts';
import { createLimitedServer } from '../../api/http/timeouts.ts';
import { startDueWork, startMails } from '../../api/jobs/start.ts';
import type { CrashPoint } from '../../api/ports/index.ts';
import { createDocuments } from '../../api/providers/documents/documents.ts';
import { createMailer } from '../../api/providers/mail.ts';
import { createVoice } from '../../api/providers/retell/retell.ts';
import { createTrunks } from '../../api/providers/sip/sip.ts';
import { createPayments } from '../../api/providers/stripe/stripe.ts';
import { createTelephony } from '../../api/providers/twilio/twilio.ts';
import { createWeb } from '../../api/providers/web/web.ts';
import { makeKeyFile } from '../../api/security/keys.ts';
import { createTokens } from '../../api/security/tokens.ts';
import { type Sandbox, startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from './agency.ts';
import { call } from './call.ts';
import { openEngine } from './engine.ts';

export interface TestApi {
  url: string;
  platformKey: string;
  databaseUri: string;
  sandbox: Sandbox;
  deps: AppDeps;
  /** Every line that the API logged. */
  logs: string[];
  /** Throws at this point from now on, which ends the work as a crash would. */
  crashAt(point: CrashPoint | undefined): void;
  /** Waits for the due work in progress and begins no other, so that only the test does it. Mails are sent as before. */
  stopDueWork(): Promise<void>;
  /** Starts a second process on the same database: it remembers what it has read, and hears of no change. */
  beside(): Promise<string>;
  /** Calls an operation as the platform's operator; it must succeed. */
  platform<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>>;
  /** Creates an agency on its own origin, with Stripe in test mode unless said otherwise. `live`: with live keys, and all that a live portal needs. */
  createAgency(settings?: Partial<Input<'agencies.create'>> & { stripe?: boolean | 'live' }): Promise<Agency>;
}

let agencies = 0;

/**
 * Starts the whole API over real HTTP with a real engine in a temporary folder and the sandbox. It ends with the test file.
 * @param limitFactor 1 keeps the real limits; other tests play many visitors at one address
 */
export async function startApi({ limitFactor = 10_000, trustedProxies = 0 } = {}): Promise<TestApi> {
  const dataDir = await mkdtemp(join(tmpdir(), 'api-test-'));
  const engine = await openEngine();
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 50 });
  const server = createLimitedServer();
  const url = await listen(server);
  const draining = new AbortController();
  const logs: string[] = [];
  const logger = pino({ level: 'debug', base: null }, { write: (line: string) => logs.push(line) });
  const keys = await makeKeyFile(dataDir);
  let crash: CrashPoint | undefined;
  const deps: AppDeps = {
    now: () => sandbox.clock.now(),
    onClockMoved: (listener) => sandbox.clock.onMoved(listener),
    keys,
    tokens: createTokens(keys, url),
    directory: createDirectory(),
    fulfilments: { ...fulfilments },
    limits: createLimits({ factor: limitFactor }),
    trustedProxies,
    payments: createPayments({ apiUrl: sandbox.url }),
    telephony: createTelephony({ apiUrl: `${sandbox.url}/twilio` }),
    trunks: createTrunks({ sandboxHosts: new Map([['trunk.test', `${sandbox.sip.host}:${sandbox.sip.port}`]]) }),
    voice: createVoice({ apiUrl: `${sandbox.url}/retell` }),
    web: createWeb(),
    documents: createDocuments(),
    mailer: createMailer(sandbox.smtpUrl),
    troubles: new Set(),
    mailDomain: 'mail.test',
    allowsLivePayments: true,
    publicUrl: url,
    log: logger,
    logger,
    draining: draining.signal,
    reached(point) {
      if (point === crash) throw new Error(`crashed at ${point}`);
    },
    embedDir: 'dist/embed',
    isDatabaseReachable: async () => true,
  };
  server.on('request', createApp(deps));
  const others: Server[] = [];
  const mails = startMails(deps);
  const dueWork = startDueWork(deps);
  after(async () => {
    draining.abort();
    for (const one of [server, ...others]) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
    await Promise.all([mails.stop(), dueWork.stop()]);
    await sandbox.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  return {
    url,
    platformKey: keys.platformKey,
    databaseUri: engine.uri,
    sandbox,
    deps,
    logs,
    crashAt(point) {
      crash = point;
    },
    stopDueWork: () => dueWork.stop(),
    async beside() {
      const other = createLimitedServer(createApp({ ...deps, directory: createDirectory() }));
      others.push(other);
      return listen(other);
    },
    async platform(name, input) {
      const { status, body } = await call<never>(`${url}/v1/${name}`, { key: keys.platformKey, body: input });
      assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
      return body;
    },
    async createAgency({ stripe = true, ...settings } = {}) {
      agencies += 1;
      const slug = `agency-${agencies}`;
      const input = { ...example(slug), ...settings };
      const created = await call<Output<'agencies.create'>>(`${url}/v1/agencies.create`, { key: keys.platformKey, body: input });
      const agency = new Agency({ url, origin: `https://${slug}.test`, keys: created.body.keys, id: created.body.id, slug });
      if (stripe === 'live') agency.mode = 'live';
      if (stripe) await agency.connectStripe(sandbox, input.packages?.[0]);
      return agency;
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An agency as most tests need it: 100 credits for 40.00 EUR, 10 free ones, 50 minutes. */
const example = (slug: string) => ({
  name: `Agency ${slug}`,
  slug,
  origins: [`https://${slug}.test`],
  plan: {
    centsPer100Credits: 4000,
    currency: 'EUR',
    freeMillis: 10_000,
    customAmount: { minMillis: 10_000, maxMillis: 1_000_000 },
  } as Input<'agencies.create'>['plan'],
  packages: [
    // Confirmed, because tests choose plans whose credits cost something else.
    { name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR', priceConfirmed: true },
    { name: '500 credits', credits: 500_000, priceCents: 18_000, currency: 'EUR', popular: true, priceConfirmed: true },
  ] as NonNullable<Input<'agencies.create'>['packages']>,
  minutesMillis: 50_000,
});

/** Opens a client without free credits, so that all amounts come from the test. */
export async function startPlainClient({ createAgency }: TestApi, minutesMillis = 1_000_000) {
  const agency = await createAgency({ stripe: false, minutesMillis, plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0 } });
  const page = await agency.openPage();
  await page.enter();
  return { agency, page };
}
