import ts from 'typescript';
import { called, nodes, type Rule } from './rule.ts';

/** The text of a literal, without what is filled in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node)
    ? [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('')
    : undefined;
}

/** Three words or more, with room between them. */
const reads = /\p{L}+[,;:.!?]?\s+[\p{L}\d'’…]+[,;:.!?]?\s+\p{L}+/u;

/** The log, what only the log has of a refusal, and a thrown mistake of ours are for whoever runs or writes this. */
const isForUs = (node: ts.Node): boolean =>
  /(^|\.)log\.\w+$|^assert(\.\w+)?$/.test(called(node)) ||
  (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) ||
  (ts.isPropertyAssignment(node) && node.name.getText() === 'cause');

function isSentence(node: ts.Node): boolean {
  if (!reads.test(textOf(node) ?? '')) return false;
  for (let around = node.parent; around; around = around.parent) if (isForUs(around)) return false;
  return true;
}

export const sentenceRule: Rule = {
  name: 'the domain and the ledger carry codes and values; sentences are made at the edge',
  // The audit reports to whoever runs it, a start that fails as well, and letters and receipts are an edge.
  of: /^api\/(domain\/(?!(audit|mail|receipts|server-keys)\/)|ledger\/(?!audit\/))/,
  complaints: nodes(isSentence, 'a sentence; the contract has the place for it'),
  bad: [
    ['api/domain/numbers/buy.ts', "const name = 'A month of nights';"],
    ['api/domain/numbers/buy.ts', 'const name = `A month of $'.concat('{number}`;')],
    ['api/domain/payments/prices.ts', "refuse('input.invalid', { values: { sentence: 'Name the price that was shown.' } });"],
    ['api/ledger/legs.ts', "return { reason: 'nothing is left.' };"],
  ],
  good: [
    ['api/domain/numbers/buy.ts', "deps.log.error({ orderId }, 'an order could not go on');"],
    ['api/domain/numbers/buy.ts', "assert(found, 'a receipt is written for a purchase');"],
    ['api/domain/numbers/buy.ts', "throw new Error('a journal could not be written');"],
    ['api/domain/numbers/buy.ts', "refuse('server.busy', { cause: 'whoever asked is gone' });"],
    ['api/domain/numbers/fulfil.ts', "const fulfilment = { delivered: 'before payment' };"],
    ['api/domain/mail/letters.ts', "const closing = 'Please keep this mail for your records.';"],
  ],
};

/** The word as people read it; the field `email` and `{email}`, which is filled in, are names. */
const otherMail = /\bEmails?\b|(?<=\p{L} )emails?\b(?! or externalId)/u;

export const spellingRule: Rule = {
  name: 'people and developers read "e-mail", in one spelling',
  // Providers have words of their own, and passwords are no words.
  of: /^(api\/(?!providers\/|security\/)|widgets\/)/,
  complaints: nodes((node) => otherMail.test(textOf(node) ?? ''), 'write "e-mail"'),
  bad: [
    ['widgets/strings/en/account.ts', "const texts = { 'own.email': 'Email' };"],
    ['api/contract/errors/accounts.ts', "const message = 'Confirm your email first.';"],
    ['api/domain/mail/letters.ts', 'const subject = `Your emails at $'.concat('{name}`;')],
  ],
  good: [
    ['widgets/strings/en/account.ts', "const texts = { 'own.email': 'E-mail', 'own.keep': 'Keep {email}' };"],
    ['api/contract/errors/accounts.ts', "const finding = 'Give either email or externalId.';"],
    ['api/models/client.ts', "const path = 'members.email';"],
  ],
};
