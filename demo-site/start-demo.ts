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
import { townHost } from './site/client-site.ts';
import { startSite } from './site/server.ts';

interface Demo {
  /** The project's folder. */
  root: string;
  /** Where everything is stored; nobody else may use it meanwhile. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** Rebuild and restart when sources change. */
  watch: boolean;
  say: (line: string) => void;
  /** Aborted by Ctrl-C. */
  stopAsked: AbortSignal;
}

/** Starts the outside world, the API and an agency's site; ends when asked to, or with an error when a part of it ends by itself. */
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

/** The sandbox in the API's own variables: every provider, and names that lead to this machine. */
const outsideOf = ({ url, smtpUrl, twilioUrl, retellUrl, sip }: Sandbox, sitePort: number): NodeJS.ProcessEnv => ({
  STRIPE_API_URL: url,
  SMTP_URL: smtpUrl,
  TWILIO_API_URL: twilioUrl,
  RETELL_API_URL: retellUrl,
  LIVERY_SANDBOX_HOSTS: `trunk.test=${sip.host}:${sip.port},${townHost}=127.0.0.1:${sitePort}`,
});

/** Does it the first time; whoever asks later, or meanwhile, gets the same. */
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
