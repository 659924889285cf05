/** The texts of the list of sessions, which come with it. */
export const sessionStrings = {
  'sessions.page': 'Signed in on this site',
  'sessions.agency': 'Signed in by {company}',
  'sessions.current': 'This device',
  'sessions.since': 'Since {date}',
  'sessions.used': 'last used {date}',
  'sessions.only': 'You are signed in here only.',
  'sessions.end': 'Sign out',
  'sessions.endOne': 'Sign out: {name}',
  'sessions.ended': 'Signed out there.',
  'sessions.endAll': 'Sign out everywhere',
  'sessions.endAllHint': 'On this device, too.',
  'sessions.signedOut': 'Sign in to see where you are signed in.',
};

declare module '../strings.ts' {
  interface Texts extends Record<keyof typeof sessionStrings, string> {}
}
