import type { Advice } from './advice.ts';

/** Advice on requests, accounts and the settings of agencies. */
export const requestAdvice = {
  'body.malformed': { cause: 'The body cannot be read as JSON.', cure: 'Serialize the input with a JSON library and send it as UTF-8.' },
  'body.too_deep': {
    cause: 'Objects or lists lie in each other deeper than any operation needs.',
    cure: 'Send the input as the reference shows it.',
  },
  'body.too_many_values': { cause: 'The body has more values than one request may carry.', cure: 'Split the list over several requests.' },
  'body.too_large': {
    cause: 'The body has more bytes than the operation takes.',
    cure: 'Send less at once; files go in parts of at most 1 MiB.',
  },
  'body.unsupported': {
    cause: 'The content type is not the one of this operation.',
    cure: 'Send `Content-Type: application/json`, and for a part of a file `application/octet-stream`.',
  },
  'idempotency.key_invalid': {
    cause: 'The header `Idempotency-Key` has another form.',
    cure: 'Send a random UUID for each attempt that is meant to be new.',
  },
  'idempotency.mismatch': {
    cause: 'The same key came before with another input.',
    cure: 'Keep the key for repetitions of one input, and make a new one for another.',
  },
  'idempotency.in_progress': {
    cause: 'The first request with this key is not finished.',
    cure: 'Wait for a second and send the same again with the same key.',
  },
  internal: {
    cause: 'A mistake in the API, which is in its log under the request id.',
    cure: 'Repeat with the same `Idempotency-Key`; give the platform the `requestId` if it stays.',
  },
  'operation.not_found': { cause: 'No operation has this name.', cure: 'Compare the address with this reference.' },
  'operation.wrong_method': { cause: 'The operation exists, but under another method.', cure: 'Use the method that the message names.' },
  'rate.limited': {
    cause: 'More requests than the limit of this caller, address or field.',
    cure: 'Wait for `Retry-After` seconds; spread requests, and read many things in one.',
  },
  'server.busy': {
    cause: 'More work than the API can take at once.',
    cure: 'Wait for `Retry-After` seconds and repeat with the same `Idempotency-Key`.',
  },
  'server.disk_full': {
    cause: 'The disk of the database has no room.',
    cure: 'The operator makes room; nothing of what was sent is stored.',
  },
  'server.keys_replaced': {
    cause: 'A sealed secret was sealed with other keys than those that the server has.',
    cure: "Enter the provider's credentials once more, or start the server with the keys that it had.",
  },
  'server.no_database': { cause: 'The API does not reach its database.', cure: 'Repeat later; the operator looks at `/readyz`.' },
  'input.invalid': {
    cause: 'A field is missing, unknown, or of another form.',
    cure: '`param` and `fields` name each wrong field with its reason.',
  },
  'client.not_found': {
    cause: 'No client of this agency has this id in the mode of the key.',
    cure: 'Use the id that `sessions.mint` or a sign-up answered, and a key of the same mode.',
  },
  'client.profile_missing': {
    cause: 'The external id is new in the mode of the key, or its client was deleted or unlinked, and no `profile` was sent.',
    cure: 'Send `profile` with every `sessions.mint`: it opens the client where there is none.',
  },
  'client.disabled': { cause: 'The agency has disabled the client.', cure: 'Enable it with `clients.enable`.' },
  'client.deleted': {
    cause: 'The client has deleted its account, or is about to.',
    cure: 'Read what it bought and used; nothing else can be done for it. Mint a session to open a new client for the person.',
  },
  'client.linked': {
    cause: 'The client has another external id already.',
    cure: 'Mint sessions under that id; a client has one.',
  },
  'deletion.changed': {
    cause: 'More credits or numbers would be lost than the call names.',
    cure: 'Show `accounts.deletion` again, and send what it says now.',
  },
  'deletion.unconfirmed': {
    cause: '`confirmation` is not what `accounts.deletion` names.',
    cure: 'Show what it names, and send what the person typed.',
  },
  'deletion.under_way': {
    cause:
      'A call of the client runs, an order is being delivered, or a payment is being processed. A payment page that is only open does not count.',
    cure: 'Wait for its end, or end the call, and call again.',
  },
  'link.refused': {
    cause: 'The link token is not one of ours, or was cut off.',
    cure: 'Send the whole token as `accounts.linkToken` answered it.',
  },
  'link.expired': {
    cause: 'The link token is older than ten minutes.',
    cure: 'Get a new one on the page by `accounts.linkToken`, and send it at once.',
  },
  'link.outdated': {
    cause:
      "The link token is from before a change of the member's password or address, or its client is of another agency, disabled or gone.",
    cure: 'Get a new one on the page by `accounts.linkToken`.',
  },
  'consent.missing': {
    cause: 'The agency has terms, and the sign-up did not agree to them.',
    cure: 'Send `acceptedTerms: true` after the visitor has agreed.',
  },
  'email.invalid': { cause: 'The e-mail address has no valid form.', cure: 'Show the message at the field.' },
  'email.taken': {
    cause: 'A client of this agency has the e-mail address.',
    cure: 'Offer to sign in; a server links by the id of the client.',
  },
  'email.unconfirmed': {
    cause: "The member has not opened the link that was mailed to its address, so the address may be a stranger's.",
    cure: 'Offer `accounts.sendVerification`, and call again once the address is confirmed.',
  },
  'external_id.taken': { cause: 'Another client of this agency has the external id.', cure: 'Use one id of your own for one client.' },
  'login.refused': {
    cause: 'No member has this e-mail or username with this password.',
    cure: 'Show the message; it never says which of both was wrong.',
  },
  'name.invalid': { cause: 'The name is empty, too long or has signs that cannot be read.', cure: 'Show the message at the field.' },
  'password.mismatch': { cause: 'The password and its repetition differ.', cure: 'Show the message at the field.' },
  'password.no_digit': { cause: "The agency's password policy asks for a digit.", cure: 'Show the message at the field.' },
  'password.no_lower': { cause: "The agency's password policy asks for a lowercase letter.", cure: 'Show the message at the field.' },
  'password.no_special': { cause: "The agency's password policy asks for a special character.", cure: 'Show the message at the field.' },
  'password.no_upper': { cause: "The agency's password policy asks for an uppercase letter.", cure: 'Show the message at the field.' },
  'password.too_common': {
    cause: 'The password is on the list of common ones, or is made of the name or e-mail.',
    cure: 'Show the message at the field.',
  },
  'password.too_long': { cause: 'The password is longer than the policy allows.', cure: 'Show the message at the field.' },
  'password.too_short': { cause: 'The password is shorter than the policy allows.', cure: 'Show the message at the field.' },
  'password.none': {
    cause: "The member signs in by the agency's own log-in only, and has no password to change or to sign in by.",
    cure: 'Set a first password: `accounts.requestReset` mails the link for it, once the address is confirmed.',
  },
  'password.wrong': { cause: 'The present password is another one.', cure: 'Show the message at the field.' },
  'proof.refused': {
    cause: 'The refresh token is unknown or ended, or the proof was not signed by its key.',
    cure: 'Let the member sign in again.',
  },
  'reset.refused': { cause: 'The token is not one of ours, or was cut off.', cure: 'Show the message; the mail has the whole link.' },
  'reset.expired': { cause: 'The link is older than 30 minutes.', cure: 'Ask for a new one with `accounts.requestReset`.' },
  'reset.outdated': {
    cause: 'The link was used, or the password or the address was changed since it was asked for.',
    cure: 'Let the member sign in, or ask for a new link with `accounts.requestReset`.',
  },
  'scope.missing': {
    cause: 'The caller is known, but this operation is not for it.',
    cure: 'Look under the operation for whom it is; mint a session with the scope.',
  },
  'session.missing': { cause: 'No session token, or one that has ended.', cure: 'Refresh it, or let the member sign in again.' },
  'session.not_found': { cause: 'The member has no session with this id.', cure: 'Read `sessions.list` again.' },
  'signup.refused': {
    cause: 'The sign-up looks like one of a program.',
    cure: 'Leave the hidden field empty; a person who gets this asks the agency.',
  },
  'sign_in.too_old': {
    cause: 'The change takes a fresh sign-in, because no password confirms it.',
    cure: 'Let the member sign in again, and send the change soon after.',
  },
  'username.invalid': { cause: 'The username has an @ or signs that cannot be seen.', cure: 'Show the message at the field.' },
  'username.taken': { cause: 'A client of this agency has the username.', cure: 'Show the message at the field.' },
  'verification.refused': {
    cause: 'The token is not one of ours, or was cut off.',
    cure: 'Show the message; the mail has the whole link.',
  },
  'verification.expired': { cause: 'The link is older than seven days.', cure: 'Ask for a new one with `accounts.sendVerification`.' },
  'verification.outdated': {
    cause: 'The link confirms an address that the account no longer has or wants, or the account is gone.',
    cure: 'Ask for a new one with `accounts.sendVerification`.',
  },
  'agency.minutes_exhausted': {
    cause: "The agency's minutes are at the floor of its policy.",
    cure: 'The platform adds minutes, or the agency changes `minutesPolicy`.',
  },
  'agency.keys_rotated': {
    cause: 'A repeated `agencies.create`, whose keys were replaced since.',
    cure: 'Make new keys with `agencies.rotateKey`.',
  },
  'agency.not_found': { cause: 'No agency has this id or slug.', cure: 'Find it with `agencies.list`.' },
  'agency.not_parent': {
    cause: 'A client asked for what its agency alone may do.',
    cure: "Call it from the agency's server, with the secret key.",
  },
  'agency.suspended': { cause: 'The platform has stopped this agency.', cure: 'The platform resumes it with `agencies.resume`.' },
  'agency.unavailable': {
    cause: 'The agency has switched its portal off, or its live portal lacks something; the message is its notice.',
    cure: 'Show the notice. The agency reads with `portal.read` what is missing, and switches it on with `portal.active`.',
  },
  'agency.test_left': {
    cause: 'Another request has started a new test world.',
    cure: 'Read `testGeneration` with `agency.read` and send that one.',
  },
  'brand.color_invalid': { cause: 'A color is not six hex digits.', cure: 'Write it as `#2563eb`.' },
  'brand.url_invalid': {
    cause: 'An address of the brand is not a full https address.',
    cure: 'Give one that a browser can open, without credentials in it.',
  },
  'key.refused': { cause: 'The key is unknown or has ended.', cure: 'Copy the key again; after a rotation use the new one.' },
  'key.rotating': { cause: 'Two rotations of one kind of key at the same time.', cure: 'Repeat in a second.' },
  'key.in_browser': {
    cause: 'A secret key came with the header `Origin`, from a page.',
    cure: 'Use the publishable key in pages, and rotate this one: it may be known.',
  },
  'origin.refused': {
    cause: "The page's origin is not listed, or the publishable key is another's.",
    cure: 'Add scheme, host and port of the page to `origins`; pages on localhost work with test keys.',
  },
  'permission.missing': {
    cause: 'A restricted secret key lacks the permission.',
    cure: 'Use a key that has it; the platform makes restricted keys.',
  },
  'portal.incomplete': {
    cause: 'A live portal takes real money, and fields that it needs for that are not set.',
    cure: 'Set what `fields` names, then switch it on again; `portal.read` lists what is missing.',
  },
  'portal.field_missing': {
    cause: 'One field of a live portal is not set.',
    cure: 'Set it with `agency.update`, in the live mode.',
  },
  'settings.changed': {
    cause: 'The settings are newer than the `version` that was sent.',
    cure: 'Read them with `agency.read` and send the change with their version.',
  },
  'settings.live_key_needed': {
    cause: 'Name, slug and brand are shared by test and live.',
    cure: 'Send this change with the live secret key.',
  },
  'slug.invalid': { cause: 'The slug has another form.', cure: 'Use 3 to 50 lowercase letters, digits and single hyphens.' },
  'slug.renamed_often': {
    cause: 'The agency has all the former slugs that it can keep.',
    cure: 'Wait until the day in the message, or take a former one.',
  },
  'slug.reserved': { cause: "The slug is one of the platform's own words.", cure: 'Choose another.' },
  'slug.taken': { cause: 'Another agency has the slug, or had it within 90 days.', cure: 'Choose another.' },
} as const satisfies Record<string, Advice>;
