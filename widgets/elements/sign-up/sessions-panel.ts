import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';
import type { Form } from './form.ts';

/** Where the member is signed in, behind one line: the list is loaded and read once somebody opens it. */
export function sessionsPanel(host: WlElement, kit: Kit, form: Form) {
  if (!kit.session.may('account:write')) return nothing;
  const toggled = async ({ currentTarget }: Event) => {
    form.set({ showsSessions: (currentTarget as HTMLDetailsElement).open });
    await host.updateComplete; // where its code cannot be loaded, the element itself says so
    if (form.showsSessions) kit.deferred?.loadElement('wl-sessions').catch(() => {});
  };
  return html`<details part="sessions-panel" ?open=${form.showsSessions} @toggle=${toggled}>
    <summary>${host.say('sessions.heading')}</summary>
    ${form.showsSessions ? html`<wl-sessions .strings=${host.strings}>${host.say('loading')}</wl-sessions>` : nothing}
  </details>`;
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    sessionsPanel: typeof sessionsPanel;
  }
}
