import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chargeOf, endedAs, isOf, type KnownCall, secondsOf, wasHeldFor } from '../../api/ledger/calls.ts';
import { contentHash } from '../../api/ledger/chain.ts';
import type { Transfer } from '../../api/models/transfer.ts';
import { type CallRounding, callCostMillis } from '../../api/rules/rounding.ts';

const scope = { agencyId: 'agn_1', world: 'test.0', clientId: 'cli_1', subject: 'a' } as const;
const other = { ...scope, subject: 'b' };

/** A transfer of the client by default. */
const transfer = (kind: string, more: Partial<Transfer> = {}): Transfer => ({
  _id: `agn_1/test.0/${kind}/c`,
  agencyId: 'agn_1',
  world: 'test.0',
  kind,
  at: new Date(0),
  writtenAt: new Date(0),
  actor: 'test',
  input: '',
  postings: [
    { account: 'used.test.0', amount: 5 },
    { account: 'client.a', amount: -5 },
  ],
  ...more,
});
const ended = (end: unknown) => transfer('hold.resolve', { input: contentHash({ client: 'client.a', end }) });

test('calls.end U1: of the transfers of a call, that counts which charged it', () => {
  const [hold, used] = [transfer('call.hold'), transfer('usage.record')];
  const settled = ended({ settled: 60 });
  const charges: [KnownCall, Transfer | undefined][] = [
    [{}, undefined],
    [{ begun: hold }, undefined],
    [{ begun: used }, used],
    [{ begun: hold, over: settled }, settled],
    [{ begun: hold, over: ended('voided') }, undefined],
    [{ begun: hold, over: ended('expired') }, undefined],
    [{ begun: hold, over: ended('expired'), late: used }, used],
    [{ begun: transfer('call.hold', { refused: 'credits.insufficient' }), over: used }, used],
    [{ begun: transfer('usage.record', { refused: 'credits.insufficient' }) }, undefined],
    [{ former: used, begun: hold }, used],
    [
      { begun: hold, over: { ...used, input: ended('voided').input } },
      { ...used, input: ended('voided').input },
    ],
  ];
  for (const [known, charge] of charges) assert.deepEqual(chargeOf(scope, known), charge, JSON.stringify(known));
});

test('calls.cancel C10: the end of a hold says why it was given back, and to whom', () => {
  assert.deepEqual(
    { voided: endedAs(scope, ended('voided'), 'voided'), expired: endedAs(scope, ended('voided'), 'expired') },
    { voided: true, expired: false },
  );
  assert.equal(endedAs(other, ended('voided'), 'voided'), false);
});

test('calls.end T2: a transfer is of the client whose credits it moved, and a hold only if it held some', () => {
  assert.deepEqual({ own: isOf(scope, transfer('call.hold')), other: isOf(other, transfer('call.hold')) }, { own: true, other: false });
  const held = (known: KnownCall, whose = scope as typeof other) => wasHeldFor(whose, known);
  const refused = transfer('call.hold', { refused: 'credits.insufficient', postings: [] });
  assert.deepEqual(
    {
      unbegun: held({}),
      own: held({ begun: transfer('call.hold') }),
      other: held({ begun: transfer('call.hold') }, other),
      refused: held({ begun: refused }),
    },
    { unbegun: false, own: true, other: false, refused: false },
  );
  assert.equal(held({ begun: transfer('usage.record') }), false);
});

test('credits.history MT18: the duration of a charged call is found by what it cost, and of nothing else', () => {
  const rounding = fc.oneof(
    fc.constantFrom<CallRounding>({ by: 'second' }, { by: 'minute' }),
    fc.record({ by: fc.constant('increment' as const), seconds: fc.integer({ min: 1, max: 120 }) }),
  );
  fc.assert(
    fc.property(fc.nat(86_400), rounding, fc.boolean(), (seconds, rounded, isHeld) => {
      const cost = callCostMillis(seconds, rounded);
      const moved = {
        postings: [
          { account: 'used.test.0', amount: cost },
          { account: 'client.a', amount: -Math.min(cost, 7) },
        ],
      };
      const content = isHeld ? { client: 'client.a', end: { settled: seconds } } : { client: 'client.a', seconds };
      const charge = transfer(isHeld ? 'hold.resolve' : 'usage.record', { ...moved, input: contentHash(content) });
      assert.equal(secondsOf(scope, charge), seconds);
      assert.equal(secondsOf(other, charge), undefined);
    }),
  );
  for (const end of ['voided', 'expired']) assert.equal(secondsOf(scope, { ...ended(end), postings: [] }), undefined);
  assert.equal(secondsOf(scope, transfer('order.hold')), undefined);
});
