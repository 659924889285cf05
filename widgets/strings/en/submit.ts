/** The texts that say what is wrong in a form, and what came of sending it. */
export const submitStrings = {
  insecure: 'Signing in needs a secure connection (https).',
  'field.missing': 'Please fill this in.',
  'name.invalid': 'Please enter a name of at most 80 characters.',
  'email.invalid': 'Please enter an address such as name@example.com.',
  'email.missing': 'Please enter your e-mail.',
  'login.missing': 'Please enter your e-mail or username.',
  'password.missing': 'Please enter your password.',
  'password.needs': 'The password needs {rule}.',
  'password.mismatch': 'The two passwords are not the same.',
  'consent.missing': 'Please accept the terms to continue.',
  'forgot.sent': 'If this address has an account, a link is on its way. It works for 30 minutes.',
  'reset.done': 'Your password is saved. Please sign in with it.',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof submitStrings, string> {}
}
