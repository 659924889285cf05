import { resolve } from 'node:path';
import { makeDataFolder } from './folder.ts';
import { harbor } from './harbor/agency.ts';
import { closedNorthwind, northwind } from './northwind/agency.ts';
import { claimPorts } from './ports.ts';
import { startApi, startWidgetBuild } from './processes.ts';
import { openClientAccount, openProviders } from './providers.ts';
import { awaitOrphan, forgetRunning, welcome, writeRunning } from './running.ts';
import { type Sandbox, startSandbox } from './sandbox/start.ts';
import { seedAgency } from './seed.ts';
import { clientSiteHost } from './site/client-site.ts';
import { startSite } from './site/server.ts';

interface Demo {
  /** The project's folder. */
  root: string;
  /** The folder for all data; no other process may use it meanwhile. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Rebuilds and restarts after changes of the sources. */
  watch: boolean;
  say: (line: string) => void;
  /** Aborted by Ctrl-C. */
  stopAsked: AbortSignal;
}

/** Starts the sandbox, the API and the agencies' sites. Ends when asked to, or with an error if a part ends by itself. */
export async function startDemo({ root, dataDir, env, watch, say, stopAsked }: Demo): Promise<void> {
  makeDataFolder(dataDir);
  await awaitOrphan(dataDir);
  const ports = await claimPorts(env);
  const addresses = {
    api: env.PUBLIC_URL || `http://localhost:${ports.api}`,
    demo: `http://northwind.localhost:${ports.demo}`,
    harbor: `http://harbor.localhost:${ports.demo}`,
    sandbox: `http://127.0.0.1:${ports.sandbox}`,
    mail: `http://127.0.0.1:${ports.sandbox}/mail`,
  };
  const closers: (() => Promise<void>)[] = [];
  try {
    const stateFile = resolve(dataDir, 'sandbox.json');
    const sandbox = await startSandbox({ port: ports.sandbox, smtpPort: ports.smtp, sipPort: ports.sip, stateFile });
    closers.push(() => sandbox.close());
    const outside = outsideOf(sandbox, ports.demo);
    const api = await startApi({ root, watch, dataDir, env, port: ports.api, outside, stopAsked });
    closers.push(api.stop);
    const world = { dataDir, env, addresses, sandbox, api: api.url };
    const agency = await seedAgency({ ...world, story: northwind, site: addresses.demo, file: 'demo.json' });
    const harborAgency = await seedAgency({
      ...world,
      story: harbor,
      site: addresses.harbor,
      file: 'demo-harbor.json',
      guestAt: [addresses.demo],
    });
    const closedAgency = once(() => seedAgency({ ...world, story: closedNorthwind, site: addresses.demo, file: 'demo-closed.json' }));
    const site = await startSite({
      port: ports.demo,
      api: api.url,
      agency,
      harborAgency,
      closedAgency,
      addresses,
      clientAccount: openClientAccount(sandbox),
      makeAgent: (company, name) => sandbox.retell.addAgent(openProviders(sandbox, company).voice.apiKey, name).agent_id,
    });
    closers.push(site.close);
    if (watch) closers.push(startWidgetBuild(root));
    await writeRunning(dataDir, { ...addresses, smtp: sandbox.smtpUrl, agency, harborAgency, env });
    closers.push(() => forgetRunning(dataDir));
    say(welcome(addresses, watch));
    await Promise.race([api.ended, aborted(stopAsked)]);
    say('Stopping.');
  } catch (error) {
    if (!stopAsked.aborted) throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Returns the API's variables for the sandbox: every provider, and names that lead to this machine. */
const outsideOf = ({ url, smtpUrl, twilioUrl, retellUrl, sip }: Sandbox, sitePort: number): NodeJS.ProcessEnv => ({
  STRIPE_API_URL: url,
  SMTP_URL: smtpUrl,
  TWILIO_API_URL: twilioUrl,
  RETELL_API_URL: retellUrl,
  LIVERY_SANDBOX_HOSTS: `trunk.test=${sip.host}:${sip.port},${clientSiteHost}=127.0.0.1:${sitePort}`,
});

/** Runs once; later and parallel callers get the same result. */
function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
