import type { ErrorEntry } from './entry.ts';

export const accountErrors = {
  'client.not_found': { status: 404, type: 'not_found', message: 'There is no such client.' },
  'client.profile_missing': {
    status: 404,
    type: 'not_found',
    message: 'No client has this external id yet. Send a profile, which opens one.',
  },
  'client.disabled': { status: 403, type: 'permission', message: 'This account is disabled. Please contact support.' },
  'client.deleted': {
    status: 409,
    type: 'conflict',
    message: 'This account was deleted. Open a new one to go on.',
  },
  'client.linked': {
    status: 409,
    type: 'conflict',
    message: 'This account is linked to another log-in already.',
  },
  'link.refused': {
    status: 422,
    type: 'invalid_request',
    message: 'The accounts could not be connected, because the token is not whole. Start it again on the page.',
  },
  'link.expired': {
    status: 422,
    type: 'invalid_request',
    message: 'It took longer than ten minutes to connect the accounts. Start it again on the page.',
  },
  'link.outdated': {
    status: 422,
    type: 'invalid_request',
    message: 'The password, the address or the account has changed meanwhile. Start it again on the page.',
  },
  'consent.missing': { status: 422, type: 'invalid_request', message: 'Please accept the terms to continue.' },
  'deletion.changed': {
    status: 409,
    type: 'conflict',
    message: 'Your credits or numbers have changed in the meantime. Look at what would be lost, and confirm again.',
  },
  'deletion.unconfirmed': { status: 422, type: 'invalid_request', message: 'Type what the page names to confirm, letter by letter.' },
  'deletion.under_way': {
    status: 409,
    type: 'conflict',
    message: 'A call, an order or a payment is still being processed. Wait until it has ended, and try again.',
  },
  'email.invalid': { status: 422, type: 'invalid_request', message: 'Please enter an e-mail address such as name@example.com.' },
  'email.taken': { status: 409, type: 'conflict', message: 'There is already an account with this e-mail address. Sign in instead.' },
  'email.unconfirmed': {
    status: 409,
    type: 'conflict',
    message: 'Please confirm your e-mail address first, by the link that we mailed to it.',
  },
  'external_id.taken': { status: 409, type: 'conflict', message: 'Another client has this external id.' },
  'login.refused': { status: 401, type: 'authentication', message: 'The e-mail or password is not right.' },
  'name.invalid': { status: 422, type: 'invalid_request', message: 'Please enter a name of at most 80 characters.' },
  'password.mismatch': { status: 422, type: 'invalid_request', message: 'The two passwords are not the same.' },
  'password.none': {
    status: 409,
    type: 'conflict',
    message: 'This account has no password yet. Ask for one by "Forgot password?" at the sign-in: the mail sets the first one.',
  },
  'password.no_digit': { status: 422, type: 'invalid_request', message: 'The password needs at least one number.' },
  'password.no_lower': { status: 422, type: 'invalid_request', message: 'The password needs at least one lowercase letter.' },
  'password.no_special': { status: 422, type: 'invalid_request', message: 'The password needs at least one special character.' },
  'password.no_upper': { status: 422, type: 'invalid_request', message: 'The password needs at least one uppercase letter.' },
  'password.too_common': { status: 422, type: 'invalid_request', message: 'This password is too easy to guess. Please choose another.' },
  'password.too_long': { status: 422, type: 'invalid_request', message: 'The password is too long.' },
  'password.too_short': { status: 422, type: 'invalid_request', message: 'The password is too short.' },
  // Not a 401, at which a browser would renew its session and ask once more, which counts as a second guess.
  'password.wrong': { status: 422, type: 'invalid_request', message: 'The current password is not right. Please try again.' },
  'proof.refused': { status: 401, type: 'authentication', message: 'Please sign in again.' },
  'reset.refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This link is not whole. Open it again from the mail, or copy all of it into the address bar.',
  },
  'reset.expired': {
    status: 422,
    type: 'invalid_request',
    message: 'This link works for 30 minutes, and they are over. Ask for a new one.',
  },
  'reset.outdated': {
    status: 422,
    type: 'invalid_request',
    message: 'This link was used, or the password or address has changed since. Sign in, or ask for a new link.',
  },
  'scope.missing': { status: 403, type: 'permission', message: 'This session may not do that.' },
  'session.missing': { status: 401, type: 'authentication', message: 'Please sign in again.' },
  'session.not_found': { status: 404, type: 'not_found', message: 'There is no such session.' },
  'sign_in.too_old': {
    status: 403,
    type: 'permission',
    message: 'Please enter your password or sign in again, because this can only be done shortly after signing in.',
  },
  'signup.refused': { status: 422, type: 'invalid_request', message: 'This sign-up could not be completed. Please contact support.' },
  'username.invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'A username has no @ and no invisible characters. Leave it out to sign in with the e-mail address.',
  },
  'username.taken': { status: 409, type: 'conflict', message: 'This username is taken.' },
  'verification.refused': {
    status: 422,
    type: 'invalid_request',
    message: 'This link is not whole. Open it again from the mail, or copy all of it into the address bar.',
  },
  'verification.expired': {
    status: 422,
    type: 'invalid_request',
    message: 'This link works for seven days, and they are over. Sign in and have a new one sent.',
  },
  'verification.outdated': {
    status: 422,
    type: 'invalid_request',
    message: 'This link is for another address than that of the account now. Sign in and have a new one sent.',
  },
} as const satisfies Record<string, ErrorEntry>;
