import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { type Sandbox, startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from './agency.ts';
import { call } from './call.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from './process.ts';

export interface Shop {
  agency: Agency;
  /** Address of the agency's page. */
  page: string;
  sandbox: Sandbox;
  api: ApiProcess;
  /** Kills the API, as a power cut does. */
  stopApi(): Promise<void>;
  /** Starts the API again at the same address. */
  startApi(): Promise<void>;
}

/** Opens an agency with one static page, and an API that can be stopped and started. */
export async function openShop(html: (embed: { script: string; api: string }) => string): Promise<Shop> {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 50 });
  const [dataDir, port] = [await dataFolder(), await freePort()];
  const env = { DATA_DIR: dataDir, PORT: String(port), LIVERY_SANDBOX: '1', STRIPE_API_URL: sandbox.url, SMTP_URL: sandbox.smtpUrl };
  let agency: Agency | undefined;
  const site = createServer((_req, res) => {
    const script = `<script type="module" src="http://localhost:${port}/embed/v1/wl.js" data-key="${agency?.keys.test.publishable}"></script>`;
    res.setHeader('Content-Type', 'text/html').end(html({ script, api: `http://localhost:${port}` }));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const origin = `http://shop.localhost:${(site.address() as AddressInfo).port}`;
  after(async () => {
    site.closeAllConnections();
    site.close();
    await sandbox.close();
  });

  const shop: Omit<Shop, 'agency'> = {
    page: `${origin}/`,
    sandbox,
    api: spawnApi(env),
    async stopApi() {
      shop.api.child.kill('SIGKILL');
      await shop.api.ended;
    },
    async startApi() {
      shop.api = spawnApi(env);
      await ready(shop.api);
    },
  };
  await ready(shop.api);
  const input = {
    name: 'Shop Voice',
    slug: 'shop-voice',
    origins: [origin],
    brand: { companyName: 'Shop Voice', primaryColor: '#7c3aed' },
    plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 10_000 },
    packages: [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' }],
  };
  const created = await call<Output<'agencies.create'>>(`${shop.api.url}/v1/agencies.create`, {
    key: await platformKeyIn(dataDir),
    body: input,
  });
  agency = new Agency({ url: shop.api.url, origin, keys: created.body.keys, id: created.body.id, slug: input.slug });
  await agency.connectStripe(sandbox, input.packages[0]);
  return Object.assign(shop, { agency });
}
