import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'node:test';
import { decodeJwt, SignJWT } from 'jose';
import type { OperationName } from '../../api/contract/index.ts';
import { stampsOf } from '../../api/domain/accounts/links.ts';
import { serverLimits } from '../../api/http/timeouts.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import { fingerprints, names, operationOf } from './world.ts';

const api = await startApi();
const { createAgency, url, sandbox, deps } = api;
const agency = await createAgency();
const page = await agency.openPage();
await page.signUp();

test('brand.read A16: no page that only resembles the listed one is admitted, with or without a token', async () => {
  const { host } = new URL(agency.origin);
  const lookalikes = [
    'null',
    `http://${host}`,
    `https://${host}:444`,
    `https://${host}.evil.test`,
    `https://evil${host}`,
    `https://evil.test#${host}`,
    `https://${host}@evil.test`,
    `https://www.${host}`,
    `${agency.origin}, https://evil.test`,
    'https://аgency-1.test',
    'file://',
    '*',
  ];
  const before = await fingerprints();
  const open = names.filter((name) => operationOf(name).callers.visitor || operationOf(name).callers.client);
  for (const origin of lookalikes) {
    for (const name of open) {
      const { method, body } = operationOf(name);
      const headers = {
        origin: Buffer.from(origin).toString('latin1'),
        'content-type': body === 'simple' ? 'text/plain' : 'application/json',
      };
      const address = `${url}/v1/${name}?key=${agency.keys.test.publishable}`;
      const reply = await call(address, { method, key: page.token, headers, ...(method === 'POST' && { body: '{}' }) });
      assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'origin.refused' }, `${name} from ${origin}`);
      assert.match(reply.headers.get('vary') ?? '', /Origin/);
    }
  }
  assert.deepEqual(await fingerprints(), before);
  const nobody = await createAgency({ stripe: false, origins: [] });
  const closed = await call(`${url}/v1/brand.read?key=${nobody.keys.live.publishable}`, { method: 'GET', origin: nobody.origin });
  assert.deepEqual({ status: closed.status, code: codeOf(closed) }, { status: 403, code: 'origin.refused' }, 'an empty list is nobody');
});

test('brand.read T6: host names are compared by their labels, from the end and as a whole', async () => {
  const listed = await createAgency({ stripe: false, origins: ['https://*.good.test', 'https://*.port.test:8443'] });
  const ask = async (origin: string, mode: 'test' | 'live') => {
    const address = `${url}/v1/brand.read?key=${listed.keys[mode].publishable}`;
    const preflight = await fetch(address, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
    const { status } = await call(address, { method: 'GET', origin });
    return { status, allowed: preflight.headers.get('access-control-allow-origin') };
  };
  for (const origin of ['https://a.good.test', 'https://A.Good.test', 'https://a.b.good.test', 'https://a.port.test:8443']) {
    assert.deepEqual(await ask(origin, 'live'), { status: 200, allowed: origin }, origin);
  }
  const strangers = [
    'https://good.test',
    'https://good.test.evil.test',
    'https://a.good.test.evil.test',
    'https://evilgood.test',
    'https://a.evilgood.test',
    'https://good.testa',
    'https://.good.test',
    'http://a.good.test',
    'https://a.good.test:8443',
    'https://a.port.test',
  ];
  const lookalikes = [
    'http://localhost.evil.example',
    'http://localhost.example',
    'http://evil-localhost',
    'http://evil.localhost',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.10',
    'https://localhosts:4100',
  ];
  for (const origin of [...strangers, ...lookalikes]) {
    for (const mode of ['test', 'live'] as const)
      assert.deepEqual(await ask(origin, mode), { status: 403, allowed: null }, `${origin} ${mode}`);
  }
  for (const origin of ['http://localhost', 'http://localhost:3000', 'https://localhost', 'http://127.0.0.1:5173', 'http://[::1]:8080']) {
    assert.deepEqual(await ask(origin, 'test'), { status: 200, allowed: origin }, 'the own machine of who develops');
    assert.deepEqual(await ask(origin, 'live'), { status: 403, allowed: null }, 'which live keys do not know');
  }
});

test("accounts.requestReset A28: a caller's host header changes no link, agency or header", async () => {
  const spoofed = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http', 'x-original-url': '/evil', 'x-host': 'evil.test' };
  const before = sandbox.mail.list(page.email).length;
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl }, spoofed);
  const mail = await sandbox.mail.waitForMail(
    page.email,
    ({ text }) => text.includes('#wl-reset=') && sandbox.mail.list(page.email).length > before,
  );
  assert.ok(!`${mail.text}${mail.html}`.includes('evil.test'));
  assert.ok(mail.text.includes(`${page.returnUrl}#wl-reset=`));
  const { stripe } = await agency.call('agency.read', {});
  assert.ok(stripe.webhookUrl.startsWith(url));
  assert.equal((await page.refresh()).status, 200, 'a proof names the configured address');
});

test('brand.read A36: answers that depend on the page say so, and private ones are never cached', async () => {
  const one = await call(`${url}/v1/brand.read?key=${agency.keys.test.publishable}`, { method: 'GET', origin: agency.origin });
  assert.match(one.headers.get('vary') ?? '', /Origin/);
  assert.match(one.headers.get('vary') ?? '', /Authorization/);
  assert.equal(one.headers.get('cache-control'), 'public, no-cache');
  const refused = await call(`${url}/v1/brand.read?key=${agency.keys.test.publishable}`, { method: 'GET', origin: 'https://evil.test' });
  assert.match(refused.headers.get('vary') ?? '', /Origin/);
  assert.doesNotMatch(refused.headers.get('cache-control') ?? '', /public|max-age=[1-9]/);
});

test('brand.read A36: an unchanged answer is a 304 for its own reader only', async () => {
  const address = `${url}/v1/brand.read?key=${agency.keys.test.publishable}`;
  const ask = async (origin: string, tag = '') => {
    const [reply] = (await once(get(address, { headers: { origin, ...(tag && { 'if-none-match': tag }) } }), 'response')) as [
      IncomingMessage,
    ];
    reply.resume();
    return { status: reply.statusCode, tag: reply.headers.etag ?? '' };
  };
  const { tag } = await ask(agency.origin);
  assert.deepEqual(await ask(agency.origin, tag), { status: 304, tag });
  assert.equal((await ask(agency.origin, '"another"')).status, 200);
  assert.equal((await ask('https://evil.test', tag)).status, 403);
  await agency.live.call('agency.update', { brand: { companyName: 'Renamed' } });
  const changed = await ask(agency.origin, tag);
  assert.equal(changed.status, 200);
  assert.notEqual(changed.tag, tag);
});

test("credits.balance A21: a stranger who uses an agency's name as a key locks out none of its clients", async () => {
  deps.directory.forget();
  const key = `${url}/v1/brand.read?key=${agency.id}`;
  await fetch(key, { method: 'OPTIONS', headers: { origin: 'https://evil.test', 'access-control-request-method': 'GET' } });
  assert.equal((await call(key, { method: 'GET', origin: 'https://evil.test' })).status, 403);
  assert.equal((await page.try('credits.balance', {})).status, 200);
});

test('accounts.reset S5: a link works for thirty minutes', async () => {
  const { agencyId, world, clientId, memberId } = await deps.tokens.readSession(page.token);
  const [stamp = ''] = stampsOf.reset({ email: page.email, passwordVersion: 0 });
  const link = await deps.tokens.signLink('reset', { agencyId, world, clientId, memberId, stamp });
  const [current] = deps.keys.signing;
  assert.ok(current);
  const aged = (minutes: number) => {
    const { iat = 0, exp = 0, ...claims } = decodeJwt(link);
    return new SignJWT({ ...claims, iat: iat - minutes * 60, exp: exp - minutes * 60 })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'reset+jwt', kid: current.kid })
      .sign(current.privateKey);
  };
  const passwords = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  const late = await page.try('accounts.reset', { token: await aged(31), ...passwords });
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 422, code: 'reset.expired' });
  await page.call('accounts.reset', { token: await aged(29), ...passwords });
  const again = await page.try('accounts.reset', { token: await aged(1), ...passwords });
  assert.deepEqual({ status: again.status, code: codeOf(again) }, { status: 422, code: 'reset.outdated' }, 'and once');
  await page.signIn(page.email, 'Rainy-day-43');
});

test('the server A06: a sender of a byte now and then is cut off', async () => {
  assert.ok(serverLimits.headersTimeout <= 10_000 && serverLimits.requestTimeout <= 30_000 && serverLimits.maxHeaderSize <= 16_384);
  // The same server with its times divided by a hundred.
  const quick = { ...serverLimits, headersTimeout: 100, requestTimeout: 300, connectionsCheckingInterval: 20 };
  const server = createServer(quick, (req, res) => req.resume().on('end', () => res.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const slow = async (start: string) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(start));
    const drip = setInterval(() => socket.write('x'), 20);
    socket.on('error', () => {}); // the test expects this error
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
  };
  await Promise.all([
    slow('GET / HTTP/1.1\r\nX-Slow: '),
    slow('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n'),
    slow('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n'),
  ]);
  server.close();
});

test('credits.balance A18: surplus fields of a page are refused at every operation that pages may call', async () => {
  const extras = {
    role: 'admin',
    agencyId: agency.id,
    credits: 5,
    balance: 5,
    emailVerified: true,
    _id: 'x',
    __v: 1,
    createdAt: 'now',
    plan: {},
  };
  const open: OperationName[] = names.filter((name) => operationOf(name).callers.client && operationOf(name).method === 'POST');
  const before = await fingerprints();
  for (const name of open) {
    for (const [field, value] of Object.entries(extras)) {
      const reply = await page.try(name, { ...operationOf(name).example, [field]: value } as never);
      assert.equal(reply.status, 422, `${name} took ${field}`);
    }
  }
  assert.deepEqual(await fingerprints(), before);
});
