import { html, nothing } from 'lit';
import { statementStrings } from '../../strings/en/statement.ts';
import type { StringKey } from '../../strings/strings.ts';
import type { WlElement } from '../../ui/element.ts';
import type { Thing } from './pages.ts';

type Money = NonNullable<Thing['money']>;

/** Payments whose state the row says in a word; of the others only the amount matters. */
const marks: Partial<Record<Money['state'], StringKey>> = {
  part_refunded: 'thing.partRefunded',
  refunded: 'thing.refunded',
  disputed: 'thing.disputed',
  charged_back: 'thing.chargedBack',
};

/** Shows one thing: its name and amount, and below them its entries. */
export function thingView(
  element: Pick<WlElement, 'say' | 'exactly' | 'price'>,
  thing: Thing,
  { isBroken, href, dateOf }: { isBroken: boolean; href: string | undefined; dateOf: (at: string) => string },
) {
  const { at, amountMillis, state, money, entries } = thing;
  const name = titleOf(element, thing);
  const mark = state === 'pending' ? 'thing.pending' : money && marks[money.state];
  const price = money && element.price(money.priceCents, money.currency);
  return html`<li part="thing" class=${isBroken ? 'danger broken' : ''}>
    <details ?open=${isBroken}>
      <summary>
        <span class="what"><b>${name}</b>${mark ? html` <span class="badge" part="mark">${element.say(mark)}</span>` : nothing}</span>
        <b class="amount" part="amount">${amountMillis === 0 && price ? price : signed(element, amountMillis)}</b>
        <time class="muted" datetime=${at}>${dateOf(at)}</time>
        <span class="muted amount">${amountMillis !== 0 && price ? element.say('thing.paid', { price }) : nothing}</span>
      </summary>
      ${href ? html`<a part="link" href=${href}>${element.say(thing.callId ? 'thing.call.link' : 'thing.receipt')}</a>` : nothing}
      <ul part="entries" aria-label=${name}>
        ${entries.map(
          (entry) => html`<li part="entry">
            <span>${kindOf(element, entry.kind)}</span><span class="amount">${signed(element, entry.amount)}</span>
            <time class="muted" datetime=${entry.at}>${dateOf(entry.at)}</time>
            <span class="muted amount">${element.say('statement.balance', { balance: element.exactly(entry.availableAfter) })}</span>
          </li>`,
        )}
      </ul>
    </details>
  </li>`;
}

/** Names a thing in words. */
function titleOf(element: Pick<WlElement, 'say'>, { kind, name, named, callId }: Thing): string {
  if (named?.code === 'credits') return element.say('buy.credits', { credits: (named.values.creditsMillis ?? 0) / 1000 });
  const key: StringKey = kind === 'given' && name ? 'thing.reason' : `thing.${kind}`;
  return element.say(key, { name: named?.values.display ?? name ?? callId ?? '' });
}

const kindOf = (element: Pick<WlElement, 'say'>, kind: string): string => {
  const key = `kind.${kind}` as StringKey; // where it is none, another is said
  return element.say(key in statementStrings ? key : 'kind.other');
};

/** An amount with its sign; the sign of a negative one is a minus and no hyphen. */
const signed = (element: Pick<WlElement, 'exactly'>, millis: number): string =>
  `${millis > 0 ? '+' : millis < 0 ? '−' : ''}${element.exactly(Math.abs(millis))}`;
