/** The texts of a first view. */
export const firstViewStrings = {
  loading: 'Loading',
  retry: 'Try again',
  network: 'There is no connection at the moment.',
  unavailable: 'This is not available at the moment.',
  offline: 'There is no connection. This was known last.',
  'origin.refused': 'This is not available on this page.',
  'test.badge': 'Test mode',

  'account.heading': 'Welcome, {firstName}',
  'account.signOut': 'Sign out',
  'confirm.heading': 'Confirm your e-mail',
  'confirm.sentence': 'We sent a link to {email}.',
  'confirm.button': 'Send again',

  'meter.label': 'Credits',
  'meter.value': '{available} of {assigned credits|one: credit} left',
  'meter.available': 'Available',
  'meter.used': 'Used',
  'meter.assigned': 'Assigned',
  'meter.enough': '{available credits|one: credit} left',
  'meter.low': '{available credits|one: credit} left, running low',
  'meter.critical': 'Only {available credits|one: credit} left',
  'meter.empty': 'No credits left',
  'meter.none': 'No credits yet',
  'meter.free': '{credits free credits|one: free credit}, for calls only.',
  'meter.waiting': '{credits free credits wait|one: free credit waits} for your confirmed e-mail.',
  'meter.signedOut': 'Sign in to see your credits.',

  'buy.heading': 'Buy credits',
  'buy.credits': '{credits credits|one: credit}',
  'buy.popular': 'Popular',
  'buy.custom': 'Other amount',
  'buy.amount': 'Credits, {min} to {max}',
  'buy.rate': '{price} per 100 credits',
  'buy.button': 'Buy {credits credits|one: credit} for {price}',
  'buy.hint': 'You pay on a secure page in a new tab.',
  'buy.hintHere': 'You pay on a secure page and come back here.',
  'buy.signIn': 'Sign in to buy',
  'buy.signedOut': 'Sign in to buy credits.',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof firstViewStrings, string> {}
}
