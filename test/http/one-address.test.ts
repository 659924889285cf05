import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { createApp } from '../../api/app.ts';
import type { ErrorBody } from '../../api/contract/index.ts';
import { createLimits } from '../../api/domain/limits/limits.ts';
import { networkOf } from '../../api/http/address.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';

/** The real limits behind one trusted proxy, which names the caller. */
const api = await startApi({ limitFactor: 1, trustedProxies: 1 });
const { createAgency } = api;

test('the address A21: the parts that one subscriber can change do not make another address', () => {
  assert.equal(networkOf('2001:db8:1:2ff::1'), networkOf('2001:DB8:1:200:ffff::'));
  assert.notEqual(networkOf('2001:db8:1:200::1'), networkOf('2001:db8:1:300::1'));
  assert.equal(networkOf('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'));
  assert.equal(networkOf('::1'), '0'.repeat(14));
  assert.equal(networkOf('junk, 1.2.3.4'), 'unknown');
});

test('the address PG8: a port and brackets that a proxy adds make neither another address nor none', () => {
  for (const written of ['203.0.113.5:41234', '203.0.113.5', ' 203.0.113.5:1', '[203.0.113.5]:80'])
    assert.equal(networkOf(written), '203.0.113.5');
  for (const written of ['[2001:db8::1]:443', '[2001:db8::1]', '2001:db8::1']) assert.equal(networkOf(written), networkOf('2001:db8::1'));
  assert.equal(networkOf('[::ffff:192.0.2.7]:443'), '192.0.2.7');
  for (const written of ['203.0.113.5:', '203.0.113.5:port', '[2001:db8::1', '[]:443', 'unknown'])
    assert.equal(networkOf(written), 'unknown', written);
});

test('accounts.signUp PG8: visitors behind a proxy that names ports are counted one by one', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  for (let host = 1; host <= 8; host += 1) {
    const reply = await page.try('accounts.signUp', page.form(), { 'x-forwarded-for': `203.0.113.${host}:4123${host}` });
    assert.equal(reply.status, 200, `visitor ${host}`);
  }
});

test('brand.read A21: untrusted forwarded headers and other spellings of the path count as one address', async () => {
  const direct = createServer(createApp({ ...api.deps, trustedProxies: 0, limits: createLimits({ factor: 1 }) }));
  await new Promise<void>((resolve) => direct.listen(0, '127.0.0.1', resolve));
  after(() => direct.close());
  const base = `http://127.0.0.1:${(direct.address() as AddressInfo).port}`;
  const agency = await createAgency({ stripe: false });
  const paths = ['/v1/brand.read', '/v1/brand.read/', '/v1/brand%2eread', '/V1/brand.read'];
  let seen = 0;
  for (let request = 0; request < 110; request += 1) {
    const forged = {
      'x-forwarded-for': `198.51.100.${request}`,
      forwarded: `for=198.51.100.${request}`,
      'x-real-ip': `198.51.100.${request}`,
    };
    const path = paths[request % paths.length];
    const { status } = await call(`${base}${path}?key=${agency.keys.test.publishable}`, {
      method: 'GET',
      origin: agency.origin,
      headers: forged,
    });
    if (status === 200) seen += 1;
  }
  assert.ok(seen <= 100, `${seen} were let through`);
});

test('accounts.signUp A21: an IPv6 subscriber is one address, whatever its last bits', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  for (let host = 1; host <= 6; host += 1) {
    const address = { 'x-forwarded-for': `2001:db8:77:${(host * 16).toString(16)}::${host}` };
    assert.equal((await page.try('accounts.signUp', page.form(), address)).status, 200);
  }
  const { status, body }: Reply<unknown> = await page.try('accounts.signUp', page.form(), { 'x-forwarded-for': '2001:db8:77:ff::1' });
  assert.deepEqual({ status, code: (body as ErrorBody).error?.code }, { status: 429, code: 'rate.limited' });
});
