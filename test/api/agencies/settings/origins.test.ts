import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../../../api/contract/index.ts';
import { codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';

const { createAgency } = await startApi();
const agency = await createAgency({ stripe: false });

const strangers = ['co.uk', 'com.au', 'org.nz', 'github.io', 'vercel.app', 'up.railway.app', 's3.amazonaws.com'];

test('agency.update SX22: no origin list admits all pages of a host where anybody can have one', async () => {
  for (const host of strangers) {
    const reply = await agency.try('agency.update', { origins: [agency.origin, `https://*.${host}`] });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, host);
    const { param, message } = (reply.body as unknown as ErrorBody).error;
    assert.equal(param, 'origins.1');
    assert.match(message, /List the hosts that are yours/);
  }
  for (const text of [
    'https://*..x.y',
    'https://a..b.test',
    'https://*.x.test.',
    'https://.x.test',
    'https://*.uk',
    'https://*.*.x.test',
  ]) {
    const reply = await agency.try('agency.update', { origins: [text] });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, text);
  }
  assert.deepEqual((await agency.call('agency.read', {})).origins, [agency.origin]);
});

test('agency.update SX22: an agency may list its own subdomains', async () => {
  const own = [
    'https://*.agency.co.uk',
    'https://*.agency.test',
    'https://agency.github.io',
    'https://*.pages.agency.com',
    'http://*.localhost:3000',
  ];
  assert.deepEqual((await agency.call('agency.update', { origins: own })).origins, own);
});
