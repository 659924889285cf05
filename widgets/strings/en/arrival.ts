/** The texts of whoever comes from a mailed link. */
export const arrivalStrings = {
  'signIn.confirmed': 'Your e-mail is confirmed. Please sign in.',
  'confirmed.credits': 'Your e-mail is confirmed and {credits free credits are|one: free credit is} yours.',
  'confirmed.later': 'Your e-mail is confirmed. {credits free credits come|one: free credit comes} later.',
  'confirmed.plain': 'Your e-mail is confirmed.',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof arrivalStrings, string> {}
}
