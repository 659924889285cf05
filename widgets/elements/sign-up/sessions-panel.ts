import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';
import type { Form } from './form.ts';

/** Where the member is signed in, behind one line: the list is loaded and read once somebody opens it. */
export function sessionsPanel(host: WlElement, kit: Kit, form: Form) {
  if (!kit.session.may('account:write')) return nothing;
  const load = async () => {
    form.set({ sessions: 'open' });
    await kit.deferred?.loadElement('wl-sessions').catch(() => form.set({ sessions: 'lost' }));
  };
  const toggled = ({ currentTarget }: Event) => ((currentTarget as HTMLDetailsElement).open ? load() : form.set({ sessions: 'closed' }));
  return html`<details part="sessions-panel" ?open=${form.sessions !== 'closed'} @toggle=${toggled}>
    <summary>${host.say('sessions.heading')}</summary>
    ${
      form.sessions === 'open'
        ? html`<wl-sessions .strings=${host.strings}>${host.say('loading')}</wl-sessions>`
        : form.sessions === 'lost'
          ? html`<p class="card notice danger row" part="error" role="alert"><span class="grow">${host.say('network')}</span><button part="retry" @click=${load}>${host.say('retry')}</button></p>`
          : nothing
    }
  </details>`;
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    sessionsPanel: typeof sessionsPanel;
  }
}
