import { html, nothing, type PropertyValues } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { type Refused, refusalOf } from '../../kit/refused.ts';
import { statementStrings } from '../../strings/en/statement.ts';
import { webAddress } from '../../ui/brand.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import { picture } from '../../ui/picture.ts';
import { saveFile } from '../../ui/save-file.ts';
import { downloadView, type Format, type Period } from './download-view.ts';
import { fetchAll, fetchNewest, fetchOlder, fetchThings, findMismatch, type Page, type Thing } from './pages.ts';
import { isWrong, Memory, type Verdict } from './seen.ts';
import { statementStyles } from './statement.styles.ts';
import { type Cause, thingView } from './thing-view.ts';

/**
 * Shows what the credits came from and went to, newest first: one row for each purchase, order, call and gift. Its entries in the account lie
 * below it, with the balance after each. Each entry carries a hash over itself and the one before; one button fetches all of them and checks
 * the whole chain, and the rows by it, in the visitor's own browser, which also remembers the newest entry that it has seen: if that is gone
 * or is another one later, the element says so by itself.
 *
 * @slot - Shown until the entries are known.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart heading - The heading.
 * @csspart verify - The button that checks the statement.
 * @csspart downloads - The time to download, and the buttons for it.
 * @csspart period - The list of months.
 * @csspart download - The buttons that download the statement.
 * @csspart verdict - What the check found.
 * @csspart things - The list.
 * @csspart thing - One row.
 * @csspart mark - That it is pending, refunded or disputed.
 * @csspart amount - What it brought or cost.
 * @csspart link - The link to its receipt or call.
 * @csspart receipt - The button that downloads its receipt.
 * @csspart entries - The entries of one row.
 * @csspart entry - One entry.
 * @csspart cause - What caused the entry.
 * @csspart folded - What cost nothing in the end, such as reservations that were given back.
 * @csspart older - The button for older rows.
 * @csspart empty - The sentence where nothing has happened yet.
 * @csspart signed-out - The sentence where nobody is signed in.
 */
export class WlStatement extends WlElement {
  static override styles = [WlElement.styles, statementStyles];
  static override texts = { ...WlElement.texts, ...statementStrings };
  static override properties = { heading: {}, receiptHref: { attribute: 'receipt-href' }, callHref: { attribute: 'call-href' } };

  /** Replaces the heading. */
  heading = '';
  /** The address of your page about a payment, with `{id}` for the id of the purchase. */
  receiptHref = '';
  /** The address of your page about a call, with `{id}` for its id. */
  callHref = '';

  #page: Page | undefined;
  #refused: Refused | undefined;
  /** Names the work that was refused; that of a receipt stands in its row. */
  #refusedWork: string | undefined;
  /** The client, and the entry up to which the page on show tells its story. */
  #asked = '';
  #data: Kit['data'];
  /** Names the button whose work is under way. */
  #working: string | undefined;
  #verdict: Verdict | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { kit } = this;
    const { account, balance, refused, data } = kit ?? {};
    const [clientId] = this.#asked.split('/');
    if (account?.clientId !== clientId) {
      this.#page = undefined;
      this.#verdict = undefined;
    }
    const wanted = account ? `${account.clientId}/${balance?.seq}` : '';
    // The way out of a refusal reads the page's data anew.
    if (refused || (wanted === this.#asked && (!this.#refused || data === this.#data))) return;
    this.#asked = wanted;
    this.#data = data;
    if (kit && account) void this.#attempt(wanted, () => this.#read(kit, account.clientId));
  }

  /** Warns without being asked where an entry that was seen before is missing. */
  async #read(kit: Kit, clientId: string): Promise<void> {
    const memory = new Memory(kit.key, clientId);
    const [page, newest] = await Promise.all([fetchThings(kit, this.#page?.things.length ?? 0), fetchNewest(kit)]);
    if (kit.account?.clientId !== clientId) return;
    this.#page = page;
    this.requestUpdate();
    // Without a secure context there is nothing to check with; then the button says so.
    const verdict = await memory.judge(newest).catch(() => undefined);
    if (verdict && isWrong(verdict) && kit.account?.clientId === clientId) this.#verdict = verdict;
  }

  /** Does something that may be refused; an answer that comes too late, for somebody else, is not shown. */
  async #attempt(asked: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#refused = undefined;
    } catch (error) {
      this.#refused = refusalOf(error);
      this.#refusedWork = this.#working;
    }
    if (asked.split('/')[0] !== this.kit?.account?.clientId) this.#page = undefined;
    this.#working = undefined;
    this.requestUpdate();
  }

  #work(working: string, work: () => Promise<unknown>): void {
    if (this.#working) return;
    this.#working = working;
    this.requestUpdate();
    void this.#attempt(this.#asked, work);
  }

  #older(page: Page): void {
    const { kit } = this;
    if (!kit) return;
    this.#work('older', async () => {
      this.#page = await fetchOlder(kit, page);
    });
  }

  #verify(): void {
    const { kit } = this;
    const { clientId } = kit?.account ?? {};
    if (!kit || !clientId) return;
    this.#verdict = undefined;
    this.#work('verify', async () => {
      const memory = new Memory(kit.key, clientId);
      // The rows come first, so that the entries are no older.
      const page = await fetchThings(kit, this.#page?.things.length ?? 0);
      const entries = await fetchAll(kit);
      const first = entries.at(-1)?.seq ?? 1;
      this.#page = page;
      const verdict = await memory.judge(entries);
      // A beginning that is gone is as wrong as an entry or a row that was changed.
      const broken = first === 1 ? findMismatch(page.things, entries) : first;
      this.#verdict = isWrong(verdict) ? verdict : { ...verdict, broken };
    });
  }

  #download(format: Format, period: Period): void {
    this.#save(format, async (kit) => {
      const { fileName, type, file } = await kit.read('credits.export', { format, ...period });
      return [fileName, type, file];
    });
  }

  #downloadReceipt(purchaseId: string): void {
    this.#save(purchaseId, async (kit) => {
      const { fileName, pdf } = await kit.read('receipts.read', { purchaseId });
      return [fileName, 'application/pdf', pdf];
    });
  }

  /** Saves a file that was asked for by the client who is still signed in. */
  #save(working: string, read: (kit: Kit) => Promise<Parameters<typeof saveFile>>): void {
    const { kit } = this;
    const { clientId } = kit?.account ?? {};
    if (!kit) return;
    this.#work(working, async () => {
      const file = await read(kit);
      if (kit.account?.clientId === clientId) saveFile(...file);
    });
  }

  override render() {
    const bones = [1, 2, 3, 4].map(() => html`<div class="bone"></div>`);
    return this.show(this.kit?.account, {
      skeleton: bones,
      none: () => html`<p class="muted" part="signed-out"><slot name="signed-out">${this.say('statement.signedOut')}</slot></p>`,
      value: () => html`
        <div class="row">
          <h2 class="grow" part="heading">${this.heading || this.say('statement.heading')}</h2>
          ${this.#page?.things.length ? this.#button('verify', () => this.#verify()) : nothing}
        </div>
        ${this.#page ? this.#downloads(this.#page) : nothing}
        <div role="status">${this.#verdict ? this.#found(this.#verdict) : nothing}</div>
        ${this.#refused && !this.#refusedWork?.startsWith('pur_') ? this.sentence(this.#refused) : nothing}
        ${this.#page ? this.#list(this.#page) : this.#refused ? nothing : html`<slot>${bones}</slot>`}
      `,
    });
  }

  #button(name: 'older' | 'verify', act: () => void) {
    const working = this.#working === name;
    return html`<button part=${name === 'verify' ? 'verify' : 'older'} aria-disabled=${String(working)} @click=${act}>
      ${this.say(working && name === 'verify' ? 'statement.checking' : `statement.${name}`)}
    </button>`;
  }

  #downloads({ things: [newest], firstAt }: Page) {
    if (!newest) return nothing;
    return downloadView(this, {
      first: firstAt ?? undefined,
      newest: new Date(Math.max(Date.now(), Date.parse(newest.at))),
      busy: this.#working,
      download: (format, period) => this.#download(format, period),
    });
  }

  #found(verdict: Verdict) {
    const { count, broken, gone, other, known } = verdict;
    const wrong = isWrong(verdict);
    const key = gone ? 'gone' : other ? 'other' : broken ? 'broken' : 'whole';
    const found = this.say(`statement.${key}`, { count, number: gone ?? other ?? broken });
    return html`<p class="card notice row ${wrong ? 'danger' : 'success'}" part="verdict">
      ${wrong ? icons.alert : icons.check}
      <span class="grow ${wrong ? 'toned' : ''}">${found} ${!wrong && known ? this.say('statement.known') : nothing}</span>
    </p>`;
  }

  #list(page: Page) {
    if (page.things.length === 0)
      return html`<div class="row">${picture(this.kit, 'page')}<p class="muted grow" part="empty">${this.say('statement.empty')}</p></div>`;
    const folded = page.things.filter((thing) => thing.state === 'void' && !this.#isBroken(thing));
    const rows = page.things.filter((thing) => !folded.includes(thing));
    // Rows that are older than the balance beside them say that they are being read anew.
    const isOld = page.asOf < (this.kit?.balance?.seq ?? 0);
    // Making a format takes longer than showing a row, so all rows share one.
    const dates = new Intl.DateTimeFormat(this.language, { dateStyle: 'medium', timeStyle: 'short' });
    return html`<ul part="things" aria-busy=${String(isOld)} aria-label=${this.heading || this.say('statement.heading')}>
        ${rows.map((thing) => this.#thing(thing, dates))}
      </ul>
      ${folded.length ? this.#folded(folded, dates) : nothing}
      ${page.next ? this.#button('older', () => this.#older(page)) : nothing}`;
  }

  #folded(things: Thing[], dates: Intl.DateTimeFormat) {
    return html`<details part="folded">
      <summary class="muted"><bdi>${this.say('statement.folded', { count: things.length })}</bdi></summary>
      <ul aria-label=${this.say('statement.folded', { count: things.length })}>
        ${things.map((thing) => this.#thing(thing, dates))}
      </ul>
    </details>`;
  }

  #isBroken({ entries }: Thing): boolean {
    const { broken, other } = this.#verdict ?? {};
    return entries.some(({ seq }) => seq === (broken ?? other));
  }

  #thing(thing: Thing, dates: Intl.DateTimeFormat) {
    return thingView(this, thing, {
      isBroken: this.#isBroken(thing),
      hrefOf: (cause) => this.#hrefOf(cause),
      busy: this.#working,
      refused: thing.purchaseId && this.#refusedWork === thing.purchaseId ? this.#refused : undefined,
      download: (purchaseId) => this.#downloadReceipt(purchaseId),
      dateOf: (at) => dates.format(new Date(at)),
    });
  }

  #hrefOf({ kind, id }: Cause): string | undefined {
    const template = { call: this.callHref, purchase: this.receiptHref }[kind as string];
    return template ? webAddress(new URL(template.replace('{id}', encodeURIComponent(id)), document.baseURI).href) : undefined;
  }
}
defineElement('wl-statement', WlStatement);

declare global {
  interface HTMLElementTagNameMap {
    'wl-statement': WlStatement;
  }
}
