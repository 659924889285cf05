import assert from 'node:assert/strict';
import test from 'node:test';
import { startApi } from '../support/api.ts';

const { url } = await startApi();

test('the embed MT29: what is not there may be read by any page, so that the browser tells of a wrong address', async () => {
  for (const path of ['/embed/v1/wl-gone.js', '/embed/wl.js', '/embed/v9/wl.js', '/embed/']) {
    const { status, headers } = await fetch(`${url}${path}`, { headers: { origin: 'https://a-page.test' } });
    assert.deepEqual(
      { status, origin: headers.get('access-control-allow-origin'), policy: headers.get('cross-origin-resource-policy') },
      { status: 404, origin: '*', policy: 'cross-origin' },
      path,
    );
  }
  const elsewhere = await fetch(`${url}/v2/brand.read`, { headers: { origin: 'https://a-page.test' } });
  assert.equal(elsewhere.status, 404);
  assert.equal(elsewhere.headers.get('access-control-allow-origin'), null);
});
