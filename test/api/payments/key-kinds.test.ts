import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { checkPaymentSettings, type StripeDraft } from '../../../api/domain/payments/prices.ts';
import type { Payments } from '../../../api/ports/index.ts';

const draft: StripeDraft = { publishableKey: 'pk_test_1', secretKey: 'sk_test_1', productId: 'prod_1', priceId: 'price_1' };
const neverAsked = undefined as unknown as Payments; // a fault of a key or an id is found before Stripe is asked
const circumstances = { mode: 'live', sold: undefined, plan: { currency: 'EUR' }, makesWebhook: false } as const;

/** Saves test keys for the live mode, so that settings of the right kinds are refused for their mode. */
async function refusalOf(more: Partial<StripeDraft>): Promise<Pick<Refusal, 'code' | 'param' | 'values'>> {
  try {
    await checkPaymentSettings(neverAsked, { ...draft, ...more }, circumstances);
    return assert.fail('it is accepted');
  } catch (error) {
    assert(error instanceof Refusal);
    const { code, param, values } = error;
    return { code, param, values };
  }
}

const foreign = { pk_1: 'pk', sk_1: 'sk', rk_1: 'rk', whsec_1: 'whsec', wlp_1: 'wlp', wls_1: 'wls', wlk_1: 'wlk' };
const noText = { '': 'other', 'two words': 'other', straße: 'other' };
const wrong: Record<keyof StripeDraft, Record<string, string>> = {
  publishableKey: {
    ...{
      sk_test_1: 'sk',
      pk_prod_1: 'pk',
      pk_test_: 'pk',
      'pk_test_a b': 'pk',
      'pk_test_1 ': 'pk',
      ' pk_test_1': 'other',
      wlp_test_1: 'wlp',
    },
    ...noText,
  },
  secretKey: {
    ...{
      pk_test_1: 'pk',
      sk_prod_1: 'sk',
      rk_test_: 'rk',
      'sk_test_1 ': 'sk',
      ' sk_test_1': 'other',
      xk_test_1: 'other',
      wls_test_1: 'wls',
    },
    ...noText,
  },
  productId: { ...foreign, ...noText, price_1: 'price' },
  priceId: { ...foreign, ...noText, prod_1: 'prod' },
  webhookSecret: { whsec_: 'whsec', 'whsec_a b': 'whsec', ' whsec_1': 'other', sk_test_1: 'sk', ...noText },
};

test('agency.update P9: a key or an id of the wrong kind is refused at its field, which says what it looks like', async () => {
  for (const [field, texts] of Object.entries(wrong))
    for (const [text, found] of Object.entries(texts))
      assert.deepEqual(
        await refusalOf({ [field]: text }),
        { code: 'payments.key_kind', param: `stripe.${field}`, values: { expected: field, found } },
        `${field} ${text}`,
      );
});

test('agency.update P9: keys and ids of the right kind pass, and then those of another mode are refused', async () => {
  const right: Partial<StripeDraft>[] = [
    ...[{}, { webhookSecret: 'whsec_a+/=' }, { productId: 'credits!' }, { productId: 'old_price_1' }, { priceId: '~gold' }],
    ...[{ priceId: 'old_prod_1' }, { secretKey: 'rk_test_a_1' }],
  ];
  for (const more of right)
    assert.deepEqual(
      await refusalOf(more),
      { code: 'payments.mode_mismatch', param: 'stripe.publishableKey', values: { mode: 'live' } },
      JSON.stringify(more),
    );
  assert.equal((await refusalOf({ publishableKey: 'pk_live_1' })).param, 'stripe.secretKey');
});
