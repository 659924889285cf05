import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import type { Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { call } from '../support/call.ts';
import { dataFolder, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const dataDir = await dataFolder();
/** As with a proxy in front, which the operator's machine does not reach. */
const PUBLIC_URL = 'https://api.northwind.test';
const env = { DATA_DIR: dataDir, PORT: String(await freePort()), PUBLIC_URL, LIVERY_SANDBOX: '1', STRIPE_API_URL: sandbox.url };
const api = spawnApi(env);
await ready(api);

/** Runs `npm run agency -- …`. */
const runAgency = (...options: string[]) =>
  promisify(execFile)(process.execPath, [...programOf('api/commands/agency.ts'), '--data', dataDir, ...options]).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr }),
  );

const northwind = [
  '--name',
  'Northwind',
  '--slug',
  'northwind-two',
  '--origin',
  'https://northwind.test',
  '--price-per-100',
  '4000',
  '--package',
  '100 credits:100:4000',
  '--package',
  '500 credits:500:18000:popular',
];

test('agencies.create V1: the command creates an agency with all settings and prints its keys once', async () => {
  const account = sandbox.stripe.createAccount('Northwind');
  const stripe = new Stripe(account.secretKey, {
    host: '127.0.0.1',
    port: Number(new URL(sandbox.url).port),
    protocol: 'http',
    telemetry: false,
  });
  const product = await stripe.products.create({ name: 'Credits' });
  const price = await stripe.prices.create({ product: product.id, unit_amount: 4000, currency: 'eur' });
  const { code, text } = await runAgency(
    ...northwind,
    '--free',
    '10',
    '--minutes',
    '500',
    '--custom',
    '10-1000',
    '--rounding',
    'minute',
    '--color',
    '#0f766e',
    '--stripe-publishable',
    account.publishableKey,
    '--stripe-secret',
    account.secretKey,
    '--stripe-product',
    product.id,
    '--stripe-price',
    price.id,
  );
  assert.equal(code, 0, text);
  assert.match(text, /data-key="wlp_test_\w+"/);
  assert.match(text, /Stripe is set up in test mode\./);
  const secret = /wls_test_\w+/.exec(text)?.[0] ?? '';
  const { body } = await call<Output<'agency.read'>>(`${api.url}/v1/agency.read`, { key: secret, method: 'GET' });
  assert.deepEqual(
    body.packages.map(({ credits, priceCents, popular }) => [credits, priceCents, popular]),
    [
      [100_000, 4000, false],
      [500_000, 18_000, true],
    ],
  );
  assert.deepEqual(
    { freeMillis: body.plan.freeMillis, rounding: body.plan.rounding, available: body.minutes.available },
    { freeMillis: 10_000, rounding: { by: 'minute' }, available: 500_000 },
  );
  assert.equal(body.stripe.webhookSecret.set, true);
});

test('agencies.create SX30: the same command again prints the same keys', async () => {
  const again = ['--name', 'Twice', '--slug', 'printed-twice', '--price-per-100', '4000'];
  const [first, second] = [await runAgency(...again), await runAgency(...again)];
  assert.equal(first.code, 0, first.text);
  assert.match(first.text, /wls_live_\w+/);
  assert.deepEqual(second, first);
  assert.match(
    (await runAgency(...again, '--free', '5')).text,
    /^--slug \(slug\): This slug is taken/,
    'another agency is another attempt',
  );
});

test('agencies.create V1: the command says that without --custom the price is for no amount of their own', async () => {
  const [without, with_] = [
    await runAgency('--name', 'Fixed', '--slug', 'packages-only', '--price-per-100', '4000'),
    await runAgency('--name', 'Free', '--slug', 'any-amount', '--price-per-100', '4000', '--custom', '10-1000'),
  ];
  assert.deepEqual({ without: without.code, with_: with_.code }, { without: 0, with_: 0 }, without.text + with_.text);
  assert.match(without.text, /^Clients buy packages only: without --custom, /m);
  assert.doesNotMatch(with_.text, /packages only/);
});

test('agencies.create MT31: the snippet has the external address, and the command needs only the inner one', async () => {
  const snippet = `src="${PUBLIC_URL}/embed/v1/wl.js"`;
  const { platformKey } = JSON.parse(await readFile(join(dataDir, 'keys.json'), 'utf8')) as { platformKey: string };
  const [onItsMachine, fromElsewhere] = await Promise.all([
    runAgency('--name', 'Behind', '--slug', 'behind-a-proxy', '--price-per-100', '4000'),
    runAgency('--name', 'Beside', '--slug', 'beside-it', '--price-per-100', '4000', '--api', api.url, '--platform-key', platformKey),
  ]);
  assert.deepEqual({ onItsMachine: onItsMachine.code, fromElsewhere: fromElsewhere.code }, { onItsMachine: 0, fromElsewhere: 0 });
  assert.ok(onItsMachine.text.includes(snippet), onItsMachine.text);
  assert.ok(fromElsewhere.text.includes(snippet), fromElsewhere.text);
});

test('agencies.rotateKey MT6: the command lists agencies, and replaces the lost key of one', async () => {
  const { text: made } = await runAgency('--name', 'Lost Keys', '--slug', 'lost-keys', '--price-per-100', '4000');
  const [id, lost] = [/agn_\w+/.exec(made)?.[0], /wls_live_\w+/.exec(made)?.[0] ?? ''];
  const { code, text } = await runAgency('list');
  assert.equal(code, 0, text);
  const line = `${id}  lost-keys  Lost Keys  since ${new Date().toISOString().slice(0, 10)}  payments: none`;
  assert.ok(text.split('\n').includes(line), text);
  assert.equal((await runAgency('list', '--slug', 'lost-keys')).text, `${line}\n`);
  const rotated = await runAgency('rotate', '--slug', 'lost-keys', '--mode', 'live', '--overlap-hours', '0');
  assert.equal(rotated.code, 0, rotated.text);
  const key = /wls_live_\w+/.exec(rotated.text)?.[0] ?? '';
  const status = async (one: string) => (await call(`${api.url}/v1/agency.read`, { key: one, method: 'GET' })).status;
  assert.deepEqual({ present: await status(key), former: await status(lost) }, { present: 200, former: 401 });
});

test('agencies.rotateKey T17: the command makes a restricted key beside the others', async () => {
  const { text: made } = await runAgency('--name', 'Careful', '--slug', 'careful-keys', '--price-per-100', '4000');
  const full = /wls_test_\w+/.exec(made)?.[0] ?? '';
  const restricting = ['--permission', 'clients:read', '--permission', 'usage:write'];
  const { code, text } = await runAgency('rotate', '--slug', 'careful-keys', '--mode', 'test', '--overlap-hours', '0', ...restricting);
  assert.equal(code, 0, text);
  const key = /wls_test_\w+/.exec(text)?.[0] ?? '';
  const status = async (one: string) => (await call(`${api.url}/v1/agency.read`, { key: one, method: 'GET' })).status;
  assert.deepEqual({ restricted: await status(key), full: await status(full) }, { restricted: 403, full: 200 });
});

const mistakes: [options: string[], sentence: RegExp][] = [
  [['--name', 'X'], /^--price-per-100 is needed\.$|^--slug is needed\.$/m],
  [[...northwind, '--minutes', 'many'], /^--minutes: many is not a whole number\.$/m],
  [[...northwind, '--slug', 'Ab'], /^--slug \(slug\): A slug has 3 to 50/m],
  [[...northwind, '--color', 'teal'], /^--color \(brand\.primaryColor\): A color is written/m],
  [[...northwind, '--currency', 'JPY'], /^--currency \(plan\.currency\): /m],
  [[...northwind, '--unknown'], /--unknown/],
  [['rotate', '--slug', 'nobody-here', '--mode', 'live'], /^--slug: no agency has nobody-here\.$/m],
  [['rotate', '--slug', 'northwind-two'], /^--mode is needed\.$/m],
  [['rotate', '--slug', 'northwind-two', '--mode', 'both'], /^mode: /m],
  [[...northwind, '--package', 'Starter:100:40.00'], /^--package: "Starter:100:40\.00" is not name:credits:cents .*"Starter:100:4000"/m],
  [[...northwind, '--package', 'Starter'], /^--package: "Starter" is not name:credits:cents .* sells 100 credits for 40\.00 EUR\.$/m],
  [[...northwind, '--package', ':100:4000'], /^--package: ":100:4000" is not name:credits:cents/m],
  [[...northwind, '--package', 'Team:500:18000:best'], /^--package: "Team:500:18000:best" is not /m],
  [[...northwind, '--custom', '10'], /^--custom: "10" is not smallest-largest in whole credits\. For example, --custom 10-1000\.$/m],
  [[...northwind, '--rounding', 'hour'], /^--rounding: "hour" is not second, minute or a number of seconds/m],
  [['explode'], /^explode is no command; --help has them\.$/m],
  [[...northwind, '--api', 'http://127.0.0.1:1'], /^http:\/\/127\.0\.0\.1:1 cannot be reached\./m],
];

for (const [options, sentence] of mistakes) {
  test(`agencies.create V1: the command reports the mistake in «${options.slice(-2).join(' ')}» and creates nothing`, async () => {
    const { code, text } = await runAgency(...options);
    assert.equal(code, 1);
    assert.match(text, sentence);
    assert.doesNotMatch(text, /\n\s+at /, 'no stack');
  });
}
