import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { creditPurchase, readBalance } from '../../../api/ledger/transfers/grants.ts';
import { openEngine } from '../../support/engine.ts';
import { faultOf } from '../mutants/fault.ts';
import { type Delivery, type Fulfilment, wrongFulfilments } from '../mutants/fulfilments.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

/** Delivers two events of one session, each up to three times until it is accepted, interleaved at random, with a crash at any step. */
const creditsOnce = (make: () => Fulfilment, numRuns: number) =>
  fc.check(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom(1, 2, 3), { minLength: 2, maxLength: 2 }),
      fc.nat(12),
      async (s, copies, crash) => {
        const fulfilment = make();
        let steps = 0;
        const step = async () => {
          await s.schedule(Promise.resolve());
          steps += 1;
          if (steps === crash) throw new Error('the process died');
        };
        const deliver = async (delivery: Delivery) => {
          for (let tries = 0; tries < 3; tries += 1) {
            const isTaken = await fulfilment.credit(delivery, step).then(
              () => true,
              () => false,
            );
            if (isTaken) return;
          }
        };
        const deliveries = copies.flatMap((times, index) =>
          Array.from({ length: times }, () => ({ eventId: `evt_${index}`, sessionId: 'cs_1' })),
        );
        await s.waitFor(Promise.all(deliveries.map(deliver)));
        assert.equal(await fulfilment.credited(), 100);
      },
    ),
    { numRuns },
  );

test('webhooks.stripe F02 F03: the ledger credits a session once, despite repeats, interleaving and crashes', async () => {
  const real = (): Fulfilment => {
    const client = newClient();
    return {
      async credit({ sessionId }, step) {
        await step();
        const paid = { paymentStatus: 'paid', sessionId, purchaseId: 'pur_1', millis: 100, priceCents: 4000, currency: 'EUR' } as const;
        await creditPurchase(client, { ...paid, ...somebody });
        await step();
      },
      credited: async () => (await readBalance(client, view)).available,
    };
  };
  assert.equal(faultOf(await creditsOnce(real, 40)), '');
});

for (const [name, make] of Object.entries(wrongFulfilments)) {
  test(`webhooks.stripe F02 F03: the same property catches one that ${name}`, async () => {
    assert.match(faultOf(await creditsOnce(make, 2000)), /!== 100|strictly equal/);
  });
}
