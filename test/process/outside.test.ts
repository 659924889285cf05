import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { ErrorCode, Input, Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency, call, codeOf, type Reply } from '../support/agency.ts';
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
import type { Page } from '../support/page.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { until } from '../support/until.ts';

/** One line of the API's log. */
interface Line {
  level: number;
  msg: string;
  requestId?: string;
  cause?: { provider?: string };
}

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const sandboxPort = Number(new URL(sandbox.url).port);
const [stripe, twilio, retell] = [
  await openHostile(http('application/json'), { behind: sandboxPort }),
  await openHostile(http('application/json'), { behind: sandboxPort }),
  await openHostile(http('application/json'), { behind: sandboxPort }),
];
for (const provider of [stripe, twilio, retell]) await provider.heal();
const mails = await openHostile({ head: () => '', piece: () => '' });
await mails.fail('reset after connect');

/** A page and trunks for each moment, each under a name of its own. */
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
  SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
  LIVERY_SANDBOX_HOSTS: named.map((one) => `${one.host}=127.0.0.1:${one.port}`).join(','),
  NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/certificate.pem',
});
await ready(api);
const platformKey = await platformKeyIn(dataDir);

interface Shop {
  agency: Agency;
  page: Page;
  clientId: string;
  packageId: string;
}

/** An agency with accounts of its own at every provider, by whose keys a provider can tell it from others. */
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

/** Each answer has its time: three tries at Stripe and Retell, one at Twilio. On a busy machine all of it takes longer than that by this much. */
const SLACK_SECONDS = 20;

/** A request behind which a provider is: what is answered where that fails, and within how many seconds. */
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

const lines = (): Line[] =>
  api
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** Undefined where there is no answer within the time. */
async function inTime<Answer>(asked: Promise<Answer>, seconds: number): Promise<Answer | undefined> {
  const patience = new AbortController();
  const late = wait((seconds + SLACK_SECONDS) * 1000, undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([asked, late]);
  patience.abort();
  return answer;
}

/** What is wrong with the cells of one moment; nothing where they are as they must be. */
async function look(shop: Shop, moment: Moment): Promise<string[]> {
  const cells = requests.map(async ({ provider, code, seconds, ask }) => {
    const answer = await inTime(ask(shop), seconds);
    if (!answer) return [`${provider}, ${moment}: no answer in ${seconds} s`];
    if (answer.status !== 503 || codeOf(answer) !== code) return [`${provider}, ${moment}: ${answer.status} ${codeOf(answer)}`];
    const requestId = answer.headers.get('request-id');
    const said = await until(async () => {
      const those = lines().filter((line) => line.requestId === requestId);
      return those.length > 0 && those;
    }, 'the line in the log');
    return said.length === 1 && said[0]?.cause?.provider === provider
      ? []
      : [`${provider}, ${moment}: the log says ${JSON.stringify(said.map(({ cause }) => cause))}`];
  });
  return (await Promise.all(cells)).flat();
}

/** No fault of the process, and it answers. */
async function lives(): Promise<void> {
  assert.equal((await call(`${api.url}/livez`, { method: 'GET' })).status, 200);
  assert.equal(api.child.exitCode, null);
  assert.deepEqual(
    lines().filter(({ level }) => level >= 60),
    [],
  );
}

test('a provider that fails SX1: before it is asked anything, each request gets its sentence and the process lives', async () => {
  const shop = await openShop('before');
  const wrong: string[] = [];
  for (const moment of beforeAsked) {
    await Promise.all([stripe, twilio, retell].map((provider) => provider.fail(moment)));
    wrong.push(...(await look(shop, moment)));
  }
  await Promise.all([stripe, twilio, retell].map((provider) => provider.heal()));
  assert.deepEqual(wrong, []);
  await lives();
});

suite('failures of the outside, side by side', { concurrency: true }, () => {
  test('a provider that fails SX1: at any moment after it was asked, each request gets its sentence in time and the process lives', async () => {
    const after = moments.filter((moment) => !beforeAsked.includes(moment));
    const shops: [Shop, Moment][] = [];
    for (const [index, moment] of after.entries()) shops.push([await openShop(`after-${index}`, moment), moment]);
    await Promise.all([stripe, twilio, retell].map((provider) => provider.heal())); // nobody goes on with a connection that is good
    const wrong = await Promise.all(shops.map(([shop, moment]) => look(shop, moment)));
    assert.deepEqual(wrong.flat(), []);
    await lives();
  });

  test('numbers.testTrunk SX1: whatever a trunk does, its test says what it came to and the process lives', async () => {
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
    await lives();
  });

  test('knowledge.add SX1: whatever a page does, its address is refused in time and the process lives', async () => {
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
    await lives();
  });
});

test('mails SX1: while the mail server resets every connection, mails wait and the process lives', async () => {
  await until(async () => lines().some(({ msg }) => msg.startsWith('mails.away')), 'the line in the log');
  await lives();
});
