/**
 * Lists what a caller may send that does not let it in, with the code that answers it. `tried` names the request by which a test checks the row; a
 * cure stands where the code's own one is for another case.
 */
export const refusedCallers = [
  {
    tried: 'page without a key',
    sent: 'A page sends no key: `?key=` is missing.',
    code: 'session.missing',
    cure: 'Add `?key=` with the publishable key.',
  },
  {
    tried: 'page with an unknown key',
    sent: 'A page sends a publishable key that is unknown or has ended.',
    code: 'origin.refused',
    cure: 'Copy the publishable key again; `agency.read` lists those that are good.',
  },
  {
    tried: 'page of another origin',
    sent: "A page sends the key of another website: its own origin is not listed at the key's agency.",
    code: 'origin.refused',
  },
  {
    tried: 'page on this machine with a live key',
    sent: 'A page on `localhost` that is not listed sends a live key. Test keys work there without being listed.',
    code: 'origin.refused',
  },
  {
    tried: 'session with the key of the other mode',
    sent: 'A page sends a session of one mode with the publishable key of the other.',
    code: 'origin.refused',
    cure: 'Send the key of the mode in which the session began.',
  },
  { tried: 'page with a secret key', sent: 'A page sends a secret key, in the header or as `?key=`.', code: 'key.in_browser' },
  {
    tried: 'server without a key',
    sent: 'A server sends no `Authorization`, to an operation for servers only.',
    code: 'key.refused',
    cure: 'Send the header `Authorization: Bearer wls_...`.',
  },
  { tried: 'server with an unknown key', sent: 'A server sends a secret key that is unknown or has ended.', code: 'key.refused' },
  {
    tried: 'server with the key of the other mode',
    sent: 'A server sends the secret key of the other mode: it is let in, and what it names is not there, as each mode has its own clients, for example.',
    code: 'client.not_found',
    cure: 'Use the key of the mode in which the client signed up.',
  },
  {
    tried: 'server with a publishable key',
    sent: 'A server sends a publishable key, or a session token that has ended, as `Authorization`.',
    code: 'session.missing',
    cure: 'Send the secret key, `wls_...`.',
  },
  {
    tried: 'session for what only a server may do',
    sent: "A client's session token is sent to an operation that only the agency's server may call.",
    code: 'agency.not_parent',
  },
  {
    tried: 'server with a restricted key',
    sent: 'A server sends a restricted key, which lacks the permission that the operation names.',
    code: 'permission.missing',
  },
];
