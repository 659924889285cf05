import type { OperationName } from './index.ts';

/** The first word of an operation's name. */
export type Noun = OperationName extends `${infer First}.${string}` ? First : never;

/** Describes the operations of each noun for the reference. */
export const nouns: Readonly<Record<Noun, string>> = {
  brand: "How an agency's pages look.",
  bootstrap: 'What a page of widgets asks for first.',
  accounts: "Sign-up, sign-in, confirmed e-mail addresses and new passwords of clients' members.",
  sessions: 'Who is signed in, and where. `sessions.mint` hands over the log-in of an agency.',
  credits: 'Balances, packages, purchases and statements of clients.',
  purchases: 'What a client has bought with money, and how far it is.',
  receipts: "Receipts of paid purchases in the agency's name.",
  orders: 'What was bought besides credits, and how far it is.',
  plans: 'What clients may do, and what it costs them.',
  entitlements: "What a client's plan includes, and how much of it is used.",
  packages: 'What credits are sold in.',
  numbers: 'Phone numbers: bought, connected and assigned to agents.',
  inventory: 'Numbers that an agency has already and sells.',
  integrations: "An agency's own accounts at Twilio and Retell.",
  knowledge: 'What agents know: files, text and web pages.',
  agents: 'Agents of the Retell account, as those of a client.',
  usage: 'Calls that were made, and what they cost.',
  calls: 'Permission for a call before it begins, with credits set aside for it.',
  live: 'A stream of what changes.',
  clients: 'Clients as their agency sees them.',
  agencies: 'Agencies as the platform sees them.',
  agency: "An agency's settings.",
  keys: "An agency's keys.",
  journal: 'Who changed which setting, and when.',
  portal: 'The hosted page of an agency.',
  webhooks: 'What providers report.',
  system: 'Health, and this specification.',
};
