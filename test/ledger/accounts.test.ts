import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as accounts from '../../api/ledger/accounts.ts';
import { namesOf } from '../../api/ledger/names.ts';

const scope = { agencyId: 'agn_1', world: 'live', clientId: 'cli_1', subject: 'kim' } as const;

test('the ledger I4: accounts keep the names under which stored entries are found', () => {
  const names = [
    accounts.purchaseOf(scope, 'pur_1'),
    accounts.clientOf(scope),
    ...[accounts.minutesOf, accounts.issuedBy, accounts.usedAt, accounts.heldAt, accounts.debtTo, accounts.overrunOf].map((nameIn) =>
      nameIn(scope),
    ),
    ...[accounts.platformIssued, accounts.platformUsed, accounts.platformHeld].map((nameIn) => nameIn(scope)),
    ...[accounts.revenueOf, accounts.clearingOf, accounts.feesOf, accounts.platformFees].map((nameIn) => nameIn(scope, 'EUR')),
  ];
  assert.deepEqual(names, [
    'purchase.pur_1.live',
    'client.kim',
    'minutes.live',
    'issued.live',
    'used.live',
    'held.live',
    'debt.live',
    'overrun.live',
    'platform.issued.live',
    'platform.used.live',
    'platform.held.live',
    'revenue.EUR.live',
    'clearing.EUR.live',
    'fees.EUR.live',
    'platform.fees.EUR.live',
  ]);
  const having = (is: (account: string) => boolean) => names.filter(is);
  assert.deepEqual(having(accounts.isClient), ['client.kim']);
  assert.deepEqual(having(accounts.isPurchase), ['purchase.pur_1.live']);
  assert.deepEqual(having(accounts.isGuarded), ['purchase.pur_1.live', 'client.kim', 'minutes.live'], 'what has a chain');
  assert.deepEqual(
    names.map(accounts.unitOf),
    names.map((name) => (/EUR/.test(name) ? 'EUR' : 'credits')),
  );
});

test('the ledger I4: a client whose name looks like money has credits all the same', () => {
  assert.equal(accounts.unitOf('client.fees.EUR.live'), 'credits');
});

test('usage.record U1: a call that nobody started takes any name that a call can have, and others only their own', () => {
  assert.deepEqual(namesOf('usage.record'), ['usage.record', 'call.hold', 'hold.resolve', 'call.late']);
  assert.deepEqual(namesOf('credits.purchase'), ['credits.purchase']);
});
