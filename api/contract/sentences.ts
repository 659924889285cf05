import { fillTemplate, type Template, type ValuesOf } from './template.ts';

/** The names of ours for what is sold. Files, plans and packages are called as somebody has named them. */
export const wareNames = {
  credits: { message: '{creditsMillis credits|one: credit}', values: { creditsMillis: 'millis' } },
  number: { message: 'Phone number {display}', values: { display: 'text' } },
  number_month: { message: 'A month of {display}', values: { display: 'text' } },
} as const satisfies Record<string, Template>;

export type WareCode = keyof typeof wareNames;
/** A name of ours as it is stored and sent. */
export type WareName = { [Code in WareCode]: { code: Code; values: ValuesOf<(typeof wareNames)[Code]> } }[WareCode];

/** What an order or a purchase is of. What was stored before there was `named` has the whole name in `name`, as it was shown to its buyer. */
export interface Sold {
  /** In no language: somebody's own name for it, a phone number, or how many credits. */
  name: string;
  named?: WareName;
}

/** The name of what was sold, for people. */
export const nameOfSold = ({ name, named }: Sold): string => (named ? fillTemplate(wareNames[named.code], named.values) : name);

/** What a country asks for before a number is sold, and whether the agency has it. */
export const needSentences = {
  none: 'No papers are needed.',
  unknown: 'Whether papers are needed cannot be said at the moment.',
  address_met: 'The address that is needed is on file.',
  address_missing: 'An address in this country is needed before this number is sold.',
  bundle_met: 'The papers that this country asks for are approved.',
  bundle_in_review: 'The papers that this country asks for are being checked.',
  bundle_rejected: 'The papers that this country asks for were not accepted.',
  bundle_missing: 'This country asks for papers before a number is sold.',
} as const;
export type NeedCode = keyof typeof needSentences;

/** What came of asking a trunk. */
export const trunkSentences = {
  ok: 'The trunk answers, lets us in and rings.',
  unauthorized: 'The trunk does not accept this username and password.',
  timeout: 'The trunk did not answer in time. Check its host, its port and its firewall.',
  unreachable: 'There is no trunk at this address. Check its host and its port.',
  refused: 'The trunk answers but does not take the call. Check the number and what the trunk allows.',
} as const;

/** What the journal says of an alert, by its action. */
export const alertSentences = {
  'alert.suspended': 'A key of the suspended agency was used.',
  'alert.key_in_browser': 'A secret key was sent from a page. Rotate it.',
  'alert.wrong_mode': "A page's key and its session are of different modes.",
  'alert.origin_added': 'A page may use the live key that could not before.',
} as const;
export type AlertAction = keyof typeof alertSentences;
