/** The signed-in client: with this percentage of its credits left, or in a certain state. */
export type ClientStory = { percentLeft: number } | 'unconfirmed' | 'indebted' | PurchaseStory;

/** A client who returns from a payment: the bank must still confirm it, the page has closed, or the client goes back from it. */
export type PurchaseStory = 'processing' | 'expired' | 'open';

interface Situation {
  /** The label in the menu. */
  label: string;
  client?: ClientStory;
  /** The form to show. */
  mode?: string;
  /** An unknown key, or that of an agency with a closed portal. */
  key?: 'wrong' | 'closed';
  /** The connection breaks once everything is loaded. */
  offline?: true;
}

/** Situations of a visitor, each with a real client at the real API. */
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
  canceled: { label: 'Back from a canceled payment', client: 'open' },
  offline: { label: 'Signed in, connection lost', client: { percentLeft: 80 }, offline: true },
  'portal-off': { label: 'The agency has switched its widgets off', key: 'closed' },
  refused: { label: 'Refused: a key nobody knows', key: 'wrong' },
};

/** @returns undefined for an unknown name */
export const situationOf = (name: unknown): Situation | undefined =>
  typeof name === 'string' && Object.hasOwn(situations, name) ? situations[name] : undefined;
