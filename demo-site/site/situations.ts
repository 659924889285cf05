/** Who is signed in: a client with this much of its credits left, in percent, or one of whom something is known. */
export type ClientStory = { percentLeft: number } | 'unconfirmed' | 'indebted' | PurchaseStory;

/** A client who comes back from a payment: the bank has yet to confirm it, or the page was left until it closed. */
export type PurchaseStory = 'processing' | 'expired';

interface Situation {
  /** What the menu says. */
  label: string;
  client?: ClientStory;
  /** Which form is shown. */
  mode?: string;
  /** Behind the `#` of the preview's address, as the payment page would write it. */
  fragment?: string;
  /** A key that nobody knows, or the one of an agency that has switched its portal off. */
  key?: 'wrong' | 'closed';
  /** The connection goes away once everything is there. */
  offline?: true;
}

/** What a visitor can meet, each by a real client at the real API. */
export const situations: Readonly<Record<string, Situation>> = {
  visitor: { label: 'Visitor, sign-up' },
  'sign-in': { label: 'Visitor, sign-in', mode: 'sign-in' },
  forgot: { label: 'Visitor, forgotten password', mode: 'forgot' },
  unconfirmed: { label: 'Signed in, e-mail not confirmed', client: 'unconfirmed' },
  plenty: { label: 'Signed in, plenty of credits', client: { percentLeft: 80 } },
  low: { label: 'Signed in, credits low', client: { percentLeft: 20 } },
  critical: { label: 'Signed in, credits critical', client: { percentLeft: 5 } },
  empty: { label: 'Signed in, no credits', client: { percentLeft: 0 } },
  debt: { label: 'Signed in, credits owed after a refund', client: 'indebted' },
  processing: { label: 'Back from a payment that the bank has yet to confirm', client: 'processing' },
  expired: { label: 'Back from a payment page that closed', client: 'expired' },
  canceled: { label: 'Back from a canceled payment', client: { percentLeft: 80 }, fragment: '#wl-canceled=pur_canceled' },
  offline: { label: 'Signed in, connection lost', client: { percentLeft: 80 }, offline: true },
  'portal-off': { label: 'The agency has switched its widgets off', key: 'closed' },
  refused: { label: 'Refused: a key nobody knows', key: 'wrong' },
};

/** @returns undefined where there is no such situation */
export const situationOf = (name: unknown): Situation | undefined =>
  typeof name === 'string' && Object.hasOwn(situations, name) ? situations[name] : undefined;
