import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { lazyElements } from '../../lazy.ts';
import type { Form } from './form.ts';
import type { WlSignup } from './sign-up.ts';

/** Where the member is signed in, behind one line: the list is loaded and read once somebody opens it. */
export function sessionsPanel(host: WlSignup, kit: Kit, form: Form) {
  if (!kit.session.may('account:write')) return nothing;
  const load = async () => {
    form.set({ sessions: 'open' });
    await lazyElements['wl-sessions']().catch(() => form.set({ sessions: 'lost' }));
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
