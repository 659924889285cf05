import { notices } from './notices.ts';
import { fillTemplate, type Template, type ValuesOf } from './template.ts';

/** Our own names for what is sold. Files, plans and packages have the names that somebody gave them. */
export const wareNames = {
  plan: { message: '{plan} plan', values: { plan: 'text' } },
  credits: { message: '{creditsMillis credits|one: credit}', values: { creditsMillis: 'millis' } },
  number: { message: 'Phone number {display}', values: { display: 'text' } },
  number_month: { message: 'A month of {display}', values: { display: 'text' } },
} as const satisfies Record<string, Template>;

export type WareCode = keyof typeof wareNames;
/** One of our own names, as it is stored and sent. */
export type WareName = { [Code in WareCode]: { code: Code; values: ValuesOf<(typeof wareNames)[Code]> } }[WareCode];

/** The name of an order or a purchase. Without `named`, rows from before that field have a whole sentence in `name`, as their buyer saw it. */
export interface Sold {
  /** A name in no language: somebody's own, a phone number, or a number of credits. */
  name: string;
  named?: WareName;
}

/** Returns the name of a purchase for the page to pay on: of credits with their number, unless the name says it. */
export function titleOfSold(sold: Sold & { credits: number; orderId?: string | undefined }): string {
  const name = nameOfSold(sold);
  const quantity = fillTemplate(wareNames.credits, { creditsMillis: sold.credits });
  return sold.orderId !== undefined || name.includes(quantity) ? name : `${name} · ${quantity}`;
}

/** Returns the name of a sold thing, as people read it. */
export const nameOfSold = ({ name, named }: Sold): string => (named ? fillTemplate(wareNames[named.code], named.values) : name);

/** Names in a statement of things that nobody sold. */
const thingNames = {
  call: 'Call',
  free: 'Free credits',
  given: 'Credits given',
  added: 'Credits added',
  closed: 'Account closed',
  credits: 'Credits',
} as const;

interface Named {
  kind: string;
  name: string | null;
  named: WareName | null;
  call?: { seconds: number | null; number: string | null; agentName: string | null } | null | undefined;
}

/** Returns the name of a thing of `credits.history`, as people read it in a statement. */
export function nameOfThing({ kind, name, named, call }: Named): string {
  if (call) {
    const { agentName, number, seconds } = call;
    const duration = seconds === null ? '' : `${seconds >= 60 ? `${Math.floor(seconds / 60)} min ` : ''}${seconds % 60} s`;
    return [agentName === null ? 'Call' : `Call with ${agentName}`, number, duration].filter(Boolean).join(', ');
  }
  if (name !== null) return nameOfSold({ name, ...(named && { named }) });
  return (thingNames as Partial<Record<string, string>>)[kind] ?? thingNames.credits;
}

/** The papers that a country may ask for before a number is sold, and whether the agency has them. */
export const needStates = {
  none: { kind: 'none', state: 'met', message: 'No papers are needed.' },
  unknown: { kind: 'none', state: 'missing', message: 'Whether papers are needed cannot be said at the moment.' },
  address_met: { kind: 'address', state: 'met', message: 'The address that is needed is on file.' },
  address_missing: { kind: 'address', state: 'missing', message: 'An address in this country is needed before this number is sold.' },
  bundle_met: { kind: 'bundle', state: 'met', message: 'The papers that this country asks for are approved.' },
  bundle_in_review: { kind: 'bundle', state: 'in_review', message: 'The papers that this country asks for are being checked.' },
  bundle_rejected: { kind: 'bundle', state: 'rejected', message: 'The papers that this country asks for were not accepted.' },
  bundle_missing: { kind: 'bundle', state: 'missing', message: 'This country asks for papers before a number is sold.' },
} as const;
export type NeedCode = keyof typeof needStates;

export const needOf = (code: NeedCode) => ({ code, ...needStates[code] });

/** For each reason why a thing cannot be bought: what the agency does about it. */
export const remedies = {
  'feature.locked': 'Add it to the features of the plan.',
  'number.none_sold': 'Add kinds of number with their prices to the plan.',
  'telephony.not_configured': 'Connect a Twilio account with integrations.connectTelephony.',
  'voice.not_configured': 'Connect a Retell account with integrations.connectVoice.',
  'payments.not_configured': 'Save your Stripe keys, product and price with agency.update.',
} as const;
export type BlockedCode = keyof typeof remedies;

/** The results of testing a trunk. */
export const trunkSentences = {
  ok: 'The trunk answers, lets us in and rings.',
  unauthorized: 'The trunk does not accept this username and password.',
  timeout: 'The trunk did not answer in time. Check its host, its port and its firewall.',
  unreachable: 'There is no trunk at this address. Check its host and its port.',
  refused: 'The trunk answers but does not take the call. Check the number and what the trunk allows.',
} as const;

const alerts = {
  'alert.suspended': 'A key of the suspended agency was used.',
  'alert.key_in_browser': 'A secret key was sent from a page. Rotate it.',
  'alert.wrong_mode': "A page's key and its session are of different modes.",
  'alert.origin_added': 'A page may use the live key that could not before.',
} as const;
export type AlertAction = keyof typeof alerts;

/**
 * Returns the sentence of an alert in the journal; null if the entry is no alert.
 * @param entry its target names the notice if a provider refused
 */
export function sentenceOfAlert({ action, target }: { action: string; target: string }): string | null {
  if (action === 'alert.provider') return (notices as Partial<Record<string, { sentence: string }>>)[target]?.sentence ?? null;
  return (alerts as Partial<Record<string, string>>)[action] ?? null;
}
