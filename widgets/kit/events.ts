import type { Output } from '../../api/contract/index.ts';
import type { RefusalCode } from './refused.ts';

export type Balance = Output<'credits.balance'>;

/** The events by which the widgets tell the page. Every event bubbles to `document`, also out of shadow trees. Credits are milli-credits: 1 credit = 1000. */
export interface WlEvents {
  /** The page knows its brand and whether somebody is signed in. Once per page, or per `data-root`. */
  'wl-ready': { mode: 'test' | 'live'; signedIn: boolean; clientId: string | null };
  /** A client was created and is signed in. */
  'wl-signed-up': { clientId: string; memberId: string };
  /** A member signed in on this page. */
  'wl-signed-in': { clientId: string; memberId: string };
  /** Nobody is signed in any longer. */
  'wl-signed-out': Record<never, never>;
  /** The link of the mail was opened on this page. */
  'wl-email-verified': { email: string; credits: number };
  /** The page to pay on is open. */
  'wl-checkout-opened': { purchaseId: string; sessionId: string; credits: number };
  /** A purchase is paid and credited. Exactly once per purchase. */
  'wl-credits-bought': { sessionId: string; credits: number; balanceAfter: number };
  /** A number was bought and is the client's. */
  'wl-number-bought': { numberId: string; number: string; orderId: string };
  /** Sources were added; files among them are on their way. */
  'wl-knowledge-added': { sourceIds: string[] };
  /** A source can be used by agents. */
  'wl-source-ready': { sourceId: string; name: string };
  /** The client is on another plan. */
  'wl-plan-chosen': { planId: string; name: string };
  /** The balance became known or changed. */
  'wl-balance-changed': Balance;
  /** The API refused something; the code is stable, the message is a sentence for people. */
  'wl-refused': { code: RefusalCode; message: string; operation: string };
}

type WlEventMap = { [Name in keyof WlEvents]: CustomEvent<WlEvents[Name]> };

declare global {
  interface DocumentEventMap extends WlEventMap {}
  interface HTMLElementEventMap extends WlEventMap {}
}

export function announceEvent<Name extends keyof WlEvents>(from: EventTarget, name: Name, detail: WlEvents[Name]): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
