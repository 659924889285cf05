import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { ErrorCode, Input, Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency, codeOf } from '../support/agency.ts';
import { call, type Reply } from '../support/call.ts';
import {
  beforeAsked,
  http,
  type Moment,
  moments,
  momentsOfPackets,
  openHostile,
  openHostileUdp,
  resultOf,
  sip,
} from '../support/hostile.ts';
import { ApiLog, inTime } from '../support/outside.ts';
import type { Page } from '../support/page.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { openSmtp } from '../support/smtp.ts';
import { until } from '../support/until.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const behind = { host: '127.0.0.1', port: Number(new URL(sandbox.url).port) };
const [stripe, twilio, retell] = [
  await openHostile(http('application/json'), { behind }),
  await openHostile(http('application/json'), { behind }),
  await openHostile(http('application/json'), { behind }),
];
for (const provider of [stripe, twilio, retell]) await provider.heal();
const mails = await openSmtp();
mails.fails = { step: 'hello', moment: 'reset after connect' };

/** A page and trunks for each moment, each under its own name. */
const named: { host: string; moment: Moment; port: number; transport: 'web' | 'tcp' | 'tls' | 'udp' }[] = [];
for (const [transport, those] of [
  ['web', moments],
  ['tcp', moments],
  ['tls', moments],
  ['udp', momentsOfPackets],
] as const) {
  for (const [index, moment] of those.entries()) {
    const protocol = transport === 'web' ? http('text/html') : sip;
    const server = transport === 'udp' ? await openHostileUdp(sip) : await openHostile(protocol, { isTls: transport === 'tls' });
    await server.fail(moment);
    named.push({ host: `m${index}.${transport}.test`, moment, port: server.port, transport });
  }
}

const [dataDir, port] = [await dataFolder(), await freePort()];
const api = spawnApi({
  DATA_DIR: dataDir,
  PORT: String(port),
  LIVERY_SANDBOX: '1',
  LIVERY_LIMIT_FACTOR: '100000',
  STRIPE_API_URL: `http://127.0.0.1:${stripe.port}`,
  TWILIO_API_URL: `http://127.0.0.1:${twilio.port}/twilio`,
  RETELL_API_URL: `http://127.0.0.1:${retell.port}/retell`,
  SMTP_URL: mails.url,
  LIVERY_SANDBOX_HOSTS: named.map((one) => `${one.host}=127.0.0.1:${one.port}`).join(','),
  NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/certificate.pem',
});
await ready(api);
const log = new ApiLog(api);
const platformKey = await platformKeyIn(dataDir);

interface Shop {
  agency: Agency;
  page: Page;
  clientId: string;
  packageId: string;
}

/**
 * Opens an agency with its own account at every provider, so that a provider can fail for it alone.
 * @param moment of the failures of its providers
 */
async function openShop(slug: string, moment?: Moment): Promise<Shop> {
  const origin = `https://${slug}.test`;
  const packages = [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' as const }];
  const plan = {
    centsPer100Credits: 4000,
    currency: 'EUR',
    freeMillis: 0,
    numbers: [{ country: 'US', type: 'local', setupMillis: 0, monthlyMillis: 0 }],
  };
  const body = { name: slug, slug, origins: [origin], plan, packages, minutesMillis: 1_000_000 };
  const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key: platformKey, body });
  assert.equal(created.status, 200, JSON.stringify(created.body));
  const agency = new Agency({ url: api.url, origin, keys: created.body.keys, id: created.body.id, slug });
  await agency.connectStripe(sandbox, packages[0]);
  const account = sandbox.twilio.createAccount(slug);
  await agency.call('integrations.connectTelephony', { accountSid: account.sid, authToken: account.authToken });
  const { apiKey } = await agency.connectVoice(sandbox);
  const page = await agency.openPage();
  await page.signUp();
  const { packages: offered } = await page.call('credits.packages', {});
  if (moment) {
    stripe.failFor(agency.stripeSecret, moment);
    twilio.failFor(Buffer.from(`${account.sid}:${account.authToken}`).toString('base64'), moment);
    retell.failFor(apiKey, moment);
  }
  return { agency, page, clientId: page.clientId, packageId: offered[0]?.id ?? '' };
}

/** Requests that ask a provider, each with its refusal and its longest time: three attempts at Stripe and Retell, one at Twilio. */
const requests: { provider: string; code: ErrorCode; seconds: number; ask(shop: Shop): Promise<Reply<unknown>> }[] = [
  {
    provider: 'stripe',
    code: 'payments.provider_unavailable',
    seconds: 25,
    ask: ({ page, packageId }) => page.try('credits.checkout', { packageId, returnUrl: page.returnUrl } as Input<'credits.checkout'>),
  },
  {
    provider: 'twilio',
    code: 'telephony.provider_unavailable',
    seconds: 8,
    ask: ({ page }) => page.try('numbers.search', { country: 'US', type: 'local' }),
  },
  {
    provider: 'retell',
    code: 'voice.provider_unavailable',
    seconds: 35,
    ask: ({ agency, clientId }) => agency.try('agents.register', { clientId, providerAgentId: 'agent_any', name: 'Desk' }),
  },
];

/** Lists the faults of all requests at one moment. */
async function findFaults(shop: Shop, moment: Moment): Promise<string[]> {
  const cells = requests.map(async ({ provider, code, seconds, ask }) => {
    const answer = await inTime(ask(shop), seconds);
    if (!answer) return [`${provider}, ${moment}: no answer in ${seconds} s`];
    if (answer.status !== 503 || codeOf(answer) !== code) return [`${provider}, ${moment}: ${answer.status} ${codeOf(answer)}`];
    const said = await log.about(answer);
    return said.length === 1 && said[0]?.cause?.provider === provider
      ? []
      : [`${provider}, ${moment}: the log says ${JSON.stringify(said.map(({ cause }) => cause))}`];
  });
  return (await Promise.all(cells)).flat();
}

let first: Page;

test('a failing provider SX1: before it is asked, each request is refused and the process survives', async () => {
  const shop = await openShop('before');
  first = shop.page;
  const wrong: string[] = [];
  for (const moment of beforeAsked) {
    await Promise.all([stripe, twilio, retell].map((provider) => provider.fail(moment)));
    wrong.push(...(await findFaults(shop, moment)));
  }
  await Promise.all([stripe, twilio, retell].map((provider) => provider.heal()));
  assert.deepEqual(wrong, []);
  await log.lives();
});

suite('failures of the outside, side by side', { concurrency: true }, () => {
  test('a failing provider SX1: at any moment each request is refused in time, and the process survives', async () => {
    const after = moments.filter((moment) => !beforeAsked.includes(moment));
    const shops: [Shop, Moment][] = [];
    for (const [index, moment] of after.entries()) shops.push([await openShop(`after-${index}`, moment), moment]);
    await Promise.all([stripe, twilio, retell].map((provider) => provider.heal())); // cuts off working connections
    const wrong = await Promise.all(shops.map(([shop, moment]) => findFaults(shop, moment)));
    assert.deepEqual(wrong.flat(), []);
    await log.lives();
  });

  test('numbers.testTrunk SX1: whatever a trunk does, its test has a result and the process survives', async () => {
    const { page } = await openShop('trunks');
    const trunks = named.flatMap((one) => (one.transport === 'web' ? [] : [{ ...one, transport: one.transport }]));
    const wrong = trunks.map(async ({ host, moment, transport }, index) => {
      const number = `+4930123${String(index).padStart(4, '0')}`;
      const { id: numberId } = await page.call('numbers.connectTrunk', { number, terminationUri: host, transport });
      const answer = await inTime(page.call('numbers.testTrunk', { numberId }), 16);
      return answer?.result === resultOf(moment, { isHandshake: false }) && answer.status === null
        ? []
        : [`${transport}, ${moment}: ${answer?.result ?? 'no answer'}`];
    });
    assert.deepEqual((await Promise.all(wrong)).flat(), []);
    await log.lives();
  });

  test('knowledge.add SX1: whatever a page does, its address is refused in time and the process survives', async () => {
    const wrong = named
      .filter(({ transport }) => transport === 'web')
      .map(async ({ host, moment }, index) => {
        const { page } = await openShop(`pages-${index}`);
        const items = [{ kind: 'url' as const, url: `http://${host}/` }];
        const answer = await inTime(page.try('knowledge.add', { items, totalMillis: 0 }), 11);
        return answer?.status === 422 && codeOf(answer) === 'knowledge.url_blocked'
          ? []
          : [`${moment}: ${answer ? `${answer.status} ${codeOf(answer)}` : 'no answer'}`];
      });
    assert.deepEqual((await Promise.all(wrong)).flat(), []);
    await log.lives();
  });
});

test('mails SX1: while the mail server resets connections mails wait, and are sent afterwards', async () => {
  await until(async () => log.lines().some(({ msg }) => msg.startsWith('mails.away')), 'the line in the log');
  mails.fails = undefined;
  const { page } = await openShop('healed'); // a mail that is written is tried at once
  const isThere = (email: string) => mails.taken.some((text) => text.includes(email));
  await until(async () => isThere(page.email) && isThere(first.email), 'the mails of before', 60);
  await log.lives();
});
