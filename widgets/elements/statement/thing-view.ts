import { html, nothing } from 'lit';
import type { Refused } from '../../kit/refused.ts';
import { statementStrings } from '../../strings/en/statement.ts';
import type { StringKey } from '../../strings/strings.ts';
import type { WlElement } from '../../ui/element.ts';
import type { Thing } from './pages.ts';

type Money = NonNullable<Thing['money']>;
type Host = Pick<WlElement, 'say' | 'exactly' | 'price' | 'sentence' | 'kit'>;
export type Cause = NonNullable<Thing['entries'][number]['cause']>;

/** The part of the statement that a row needs. */
interface Statement {
  isBroken: boolean;
  /** Returns the page's own address of a payment or a call. */
  hrefOf(cause: Cause): string | undefined;
  /** Names the work that is under way, and the one that was refused. */
  busy: string | undefined;
  refused: Refused | undefined;
  download(purchaseId: string): void;
  dateOf(at: string): string;
}

/** Payments whose state the row says in a word; of the others only the amount matters. */
const marks: Partial<Record<Money['state'], StringKey>> = {
  part_refunded: 'thing.partRefunded',
  refunded: 'thing.refunded',
  disputed: 'thing.disputed',
  charged_back: 'thing.chargedBack',
};

/** Shows one thing: its name and amount, and below them its entries. */
export function thingView(element: Host, thing: Thing, statement: Statement) {
  const { isBroken, hrefOf, dateOf } = statement;
  const { at, amountMillis, state, money, entries, callId, purchaseId } = thing;
  const href = callId ? hrefOf({ kind: 'call', id: callId }) : purchaseId && hrefOf({ kind: 'purchase', id: purchaseId });
  const name = titleOf(element, thing);
  const mark = state === 'pending' ? 'thing.pending' : money && marks[money.state];
  const price = money && element.price(money.priceCents, money.currency);
  return html`<li part="thing" class=${isBroken ? 'danger broken' : ''}>
    <details ?open=${isBroken}>
      <summary>
        <span class="what"><b dir="auto">${name}</b>${mark ? html` <span class="badge" part="mark">${element.say(mark)}</span>` : nothing}</span>
        <b class="amount" part="amount">${amountMillis === 0 && price ? price : signed(element, amountMillis)}</b>
        <time class="muted" datetime=${at}>${dateOf(at)}</time>
        <bdi class="muted amount">${amountMillis !== 0 && price ? element.say('thing.paid', { price }) : nothing}</bdi>
      </summary>
      ${href ? html`<a part="link" href=${href}>${element.say(callId ? 'thing.call.link' : 'thing.receipt')}</a>` : nothing}
      ${purchaseId && money && (money.state === 'paid' || marks[money.state]) ? receiptView(element, purchaseId, statement) : nothing}
      <ul part="entries" aria-label=${name}>
        ${entries.map(
          (entry) => html`<li part="entry">
            <span>${kindOf(element, entry.kind)}</span><span class="amount">${signed(element, entry.amount)}</span>
            <time class="muted" datetime=${entry.at}>${dateOf(entry.at)}</time>
            <span class="muted amount">${element.say('statement.balance', { balance: element.exactly(entry.availableAfter) })}</span>
            ${entry.cause === undefined ? nothing : causeView(element, entry.cause, hrefOf)}
          </li>`,
        )}
      </ul>
    </details>
  </li>`;
}

function receiptView(element: Host, purchaseId: string, { busy, refused, download }: Statement) {
  return html`<button part="receipt" aria-disabled=${String(busy === purchaseId)} @click=${() => download(purchaseId)}>
      ${element.say(busy === purchaseId ? 'working' : 'thing.download')}
    </button>
    ${refused ? element.sentence(refused) : nothing}`;
}

/** Names what caused an entry, and links it where the page has an address for it. */
function causeView(element: Host, cause: Cause | null, hrefOf: Statement['hrefOf']) {
  const href = cause && hrefOf(cause);
  const company = element.kit?.data?.brand.companyName;
  const words = cause ? element.say(`cause.${cause.kind}`, { id: cause.id, company }) : element.say('cause.unknown');
  return html`<span class="muted cause" part="cause">${href ? html`<a href=${href}>${words}</a>` : words}</span>`;
}

/** Names a call by its agent and number, or by its id where the agency has said neither, with how long it lasted. */
function titleOfCall(element: Pick<WlElement, 'say'>, { callId, call }: Thing): string {
  const { seconds, agentName } = call ?? {};
  const number = call?.number?.replaceAll(' ', '\u{a0}'); // breaks nowhere
  const who = agentName ? element.say('thing.callWith', { name: agentName }) : element.say('thing.call', { name: number ?? callId });
  const lasted = { minutes: Math.floor((seconds ?? 0) / 60), seconds: (seconds ?? 0) % 60 };
  const duration = typeof seconds === 'number' && element.say(lasted.minutes ? 'thing.minutes' : 'thing.seconds', lasted);
  return [who, agentName && number, duration].filter(Boolean).join(', ');
}

/** Names a thing in words. */
function titleOf(element: Pick<WlElement, 'say'>, thing: Thing): string {
  const { kind, name, named } = thing;
  if (kind === 'call') return titleOfCall(element, thing);
  if (named?.code === 'credits') return element.say('buy.credits', { credits: (named.values.creditsMillis ?? 0) / 1000 });
  const key: StringKey = kind === 'given' && name ? 'thing.reason' : `thing.${kind}`;
  return element.say(key, { name: named?.values.display ?? name ?? '' });
}

const kindOf = (element: Pick<WlElement, 'say'>, kind: string): string => {
  const key = `kind.${kind}` as StringKey; // where it is none, another is said
  return element.say(key in statementStrings ? key : 'kind.other');
};

/** An amount with its sign; the sign of a negative one is a minus and no hyphen. */
const signed = (element: Pick<WlElement, 'exactly'>, millis: number): string =>
  `${millis > 0 ? '+' : millis < 0 ? '−' : ''}${element.exactly(Math.abs(millis))}`;
