import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../api/contract/refusal.ts';
import { describeCause } from '../../api/ports/causes.ts';
import { ProviderError } from '../../api/ports/index.ts';

test('what a provider said is in the log with its status, code and request, and without keys, addresses and numbers', () => {
  const message =
    "Invalid sk_test_51Habc****wxyz, rk_live_abc, wls_live_x for ada@example.com, call +49 30 1234 5678 about 'acct_1N' in 21608.";
  const cause = new ProviderError('stripe', {
    status: 400,
    type: 'invalid_request_error',
    code: 'email_invalid',
    message,
    requestId: 'req_1',
  });
  const words = {
    status: 400,
    type: 'invalid_request_error',
    code: 'email_invalid',
    message: "Invalid (a key), (a key), (a key) for (an address), call (a number) about 'acct_1N' in 21608.",
    requestId: 'req_1',
  };
  assert.deepEqual(describeCause(cause), { provider: 'stripe', ...words });
  assert.deepEqual(describeCause(new Refusal('webhook.not_ready', { cause })), {
    code: 'webhook.not_ready',
    cause: { provider: 'stripe', ...words },
  });
  assert.equal(new ProviderError('stripe', { message: 'x'.repeat(5000) }).message.length, 500);
});
