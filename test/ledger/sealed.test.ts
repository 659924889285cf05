import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentHash, linkHash } from '../../api/ledger/chain.ts';
import { sealedText } from '../../api/ledger/sealed.ts';
import type { Transfer } from '../../api/models/transfer.ts';

const transfer: Transfer = {
  _id: 'agn_1/live/order.refund/o',
  agencyId: 'agn_1',
  world: 'live',
  kind: 'order.refund',
  at: new Date(1000),
  writtenAt: new Date(2000),
  actor: 'kim',
  input: 'i',
  purchaseId: 'p',
  rules: 2,
  correction: { key: 'o', parts: [] },
  refused: 'order.not_done',
  slots: ['client.a#1'],
  postings: [
    { account: 'client.a', amount: 5, seq: 1, after: { available: 5 }, hash: 'h' },
    { account: 'used.live', amount: -5 },
  ],
  seal: 's',
};

test('audit C4: a seal covers every field of a transfer, as stored seals do', () => {
  const lines = [
    '_id agn_1/live/order.refund/o',
    'kind order.refund',
    'input i',
    'at 1000',
    'writtenAt 2000',
    'postings client.a 5 h,used.live -5 ',
    'purchaseId p',
    'rules 2',
    'correction {"key":"o","parts":[]}',
    'refused order.not_done',
    'actor kim',
    '',
  ];
  assert.equal(sealedText(transfer), lines.join('\n'));
  const { purchaseId: _p, rules: _r, correction: _c, refused: _f, ...former } = transfer;
  assert.equal(sealedText(former), lines.filter((line) => !/^(purchaseId|rules|correction|refused)/.test(line)).join('\n'));
});

test('credits.statement C25: hashes of stored entries stay what they are', () => {
  const link = { _id: 'x', kind: 'k', at: new Date(0), account: 'client.a', amount: 5, seq: 1, after: { available: 5 } };
  assert.equal(linkHash('before', link), 'R7NVjuXXKyy5P6S8UFJeeXSy3Bug5yWfJFv42879aOE');
  assert.notEqual(linkHash('', link), linkHash('before', link));
  assert.equal(contentHash({ b: 1, a: 'two' }), '4eSi9wxftNrYuxSX2gZWC0JF74zlG5IlNKuj95jGxAI');
  assert.equal(contentHash({ a: 'two', b: 1 }), '4eSi9wxftNrYuxSX2gZWC0JF74zlG5IlNKuj95jGxAI', 'in any order');
});
