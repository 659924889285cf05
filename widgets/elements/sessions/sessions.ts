import { html, nothing, type PropertyValues } from 'lit';
import type { Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';
import { type Refused, refusalOf } from '../../kit/refused.ts';
import { sessionStrings } from '../../strings/en/sessions.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { sessionsStyles } from './sessions.styles.ts';

type Session = Output<'sessions.list'>['sessions'][number];

/**
 * Where the member is signed in, newest first, with a way to end one session or all of them. It has no heading: the account view of
 * `wl-signup` shows it below its own, and so can a page.
 *
 * @slot - Shown until the sessions are known.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart sessions - The list.
 * @csspart session - One of them.
 * @csspart current - The mark of this device.
 * @csspart end - The button that ends one.
 * @csspart end-all - The button that ends all of them.
 * @csspart only - The sentence where there is no other.
 * @csspart signed-out - The sentence where nobody is signed in.
 */
export class WlSessions extends WlElement {
  static override styles = [WlElement.styles, sessionsStyles];
  static override texts = { ...WlElement.texts, ...sessionStrings };

  #sessions: Session[] | undefined;
  #refused: Refused | undefined;
  /** The session that is being ended. */
  #ending: string | undefined;
  #said = '';
  #memberId: string | undefined;
  #data: Kit['data'];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { account, data, refused } = this.kit ?? {};
    if (account?.memberId !== this.#memberId) this.#sessions = undefined;
    // The way out of a refusal reads the page's data anew.
    if (refused || (account?.memberId === this.#memberId && (!this.#refused || data === this.#data))) return;
    this.#memberId = account?.memberId;
    this.#data = data;
    if (account) void this.#attempt((kit) => this.#read(kit));
  }

  async #read(kit: Kit): Promise<void> {
    const { sessions } = await kit.read('sessions.list', {});
    // An answer that comes too late, for somebody else, is not shown.
    if (kit.account?.memberId === this.#memberId) this.#sessions = sessions;
  }

  /** Does something that may be refused, and shows what came of it. */
  async #attempt(work: (kit: Kit) => Promise<void>): Promise<void> {
    this.#said = '';
    this.#refused = undefined;
    try {
      if (this.kit) await work(this.kit);
    } catch (error) {
      this.#refused = refusalOf(error);
    }
    this.#ending = undefined;
    this.requestUpdate();
  }

  async #end(ending: string, work: (kit: Kit) => Promise<void>): Promise<void> {
    if (this.#ending) return;
    this.#ending = ending;
    this.requestUpdate();
    await this.#attempt(work);
  }

  async #endOne({ sessionId }: Session): Promise<void> {
    await this.#end(sessionId, async (kit) => {
      await kit.call('sessions.endOne', { sessionId });
      this.#sessions = this.#sessions?.filter((session) => session.sessionId !== sessionId);
      this.#said = this.say('sessions.ended');
    });
    if (this.#refused) return;
    // The button that had the keyboard is gone.
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('ul')?.focus();
  }

  #endAll(): Promise<void> {
    return this.#end('all', async (kit) => {
      await kit.call('sessions.endAll', {});
      kit.tabs?.postMessage('signed-out');
      await kit.leave();
    });
  }

  override render() {
    const bones = [1, 2].map(() => html`<div class="bone"></div>`);
    return this.show(this.kit?.account, {
      skeleton: bones,
      none: () => html`<p class="muted" part="signed-out"><slot name="signed-out">${this.say('sessions.signedOut')}</slot></p>`,
      value: () => html`
        <p class="muted" role="status">${this.#said}</p>
        ${this.#refused ? this.sentence(this.#refused) : nothing}
        ${this.#sessions ? this.#list(this.#sessions) : this.#refused ? nothing : html`<slot>${bones}</slot>`}
      `,
    });
  }

  #list(sessions: Session[]) {
    return html`
      <ul part="sessions" tabindex="-1" aria-label=${this.say('sessions.heading')}>${sessions.map((session) => this.#session(session))}</ul>
      ${sessions.some(({ current }) => !current) ? nothing : html`<p class="muted" part="only">${this.say('sessions.only')}</p>`}
      <div class="row">
        <button part="end-all" aria-disabled=${String(this.#ending === 'all')} aria-describedby="hint" @click=${() => this.#endAll()}>
          ${this.say('sessions.endAll')}
        </button>
        <span class="muted" id="hint">${this.say('sessions.endAllHint')}</span>
      </div>
    `;
  }

  #session(session: Session) {
    const { sessionId, current, origin, browser, createdAt, lastUsedAt } = session;
    const company = this.kit?.data?.brand.companyName;
    const format = new Intl.DateTimeFormat(this.language, { dateStyle: 'medium', timeStyle: 'short' });
    const name = browser ?? this.say(`sessions.${origin}`, { company });
    const since = this.say('sessions.since', { date: format.format(new Date(createdAt)) });
    const used = this.say('sessions.used', { date: format.format(new Date(lastUsedAt)) });
    return html`<li part="session" class="row">
      <div class="grow">
        <p><b>${name}</b>${current ? html`<span class="badge" part="current">${this.say('sessions.current')}</span>` : nothing}</p>
        <p class="muted"><time datetime=${createdAt}>${since}</time>${current ? nothing : html` · <time datetime=${lastUsedAt}>${used}</time>`}</p>
      </div>
      ${
        current
          ? nothing
          : html`<button
              part="end"
              aria-disabled=${String(this.#ending === sessionId)}
              aria-label=${this.say('sessions.endOne', { name: `${name}, ${since}` })}
              @click=${() => this.#endOne(session)}
            >
              ${this.say('sessions.end')}
            </button>`
      }
    </li>`;
  }
}
defineElement('wl-sessions', WlSessions);

declare global {
  interface HTMLElementTagNameMap {
    'wl-sessions': WlSessions;
  }
}
