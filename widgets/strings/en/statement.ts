/** The texts of the statement, which come with it. */
export const statementStrings = {
  'statement.heading': 'Statement',
  'statement.empty': 'Nothing has happened yet. What comes and goes will stand here.',
  'statement.signedOut': 'Sign in to see your statement.',
  'statement.balance': 'Balance {balance}',
  'statement.older': 'Show older entries',
  'statement.verify': 'Check the statement',
  'statement.checking': 'Checking',
  'statement.whole':
    'Amounts, balances, times and order of {count entries are as they were|one: entry are as they were} written. Words and names are not checked.',
  'statement.known': 'Nothing is gone that this browser had seen.',
  'statement.broken': 'Entry {number} is not as it was written. Please contact support.',
  'statement.gone': 'Entries are missing: this browser had seen entry {number}, and it is gone. Please contact support.',
  'statement.other': 'Entry {number} is another than the one that this browser had seen. Please contact support.',
  'kind.signup.grant': 'Free credits',
  'kind.credits.allocate': 'Credits given',
  'kind.credits.recharge': 'Credits added',
  'kind.credits.purchase': 'Credits bought',
  'kind.usage.record': 'Call',
  'kind.call.hold': 'Reserved for a call',
  'kind.hold.resolve': 'Reservation ended',
  'kind.order.hold': 'Reserved for an order',
  'kind.order.hold_all': 'Reserved for an order',
  'kind.order.resolve': 'Reservation ended',
  'kind.order.refund': 'Order given back',
  'kind.refund.reverse': 'Payment refunded',
  'kind.refund.fail': 'Refund taken back',
  'kind.dispute.freeze': 'Payment disputed',
  'kind.dispute.resolve': 'Dispute decided',
  'kind.other': 'Entry',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof statementStrings, string> {}
}
