import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { icon } from '../../ui/icons.ts';
import { ACCEPTED } from './add-view.ts';
import type { SourcesStore } from './sources-store.ts';
import type { Source } from './uploads.ts';

const pictures = {
  file: icon('M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h4'),
  text: icon('M5 6h14M5 11h14M5 16h9'),
  url: icon('M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18 5-5 5-13 0-18'),
};
const tones: Record<Source['state'], string> = {
  uploading: '',
  checking: '',
  processing: '',
  removing: '',
  ready: 'success',
  quarantined: 'warning',
  failed: 'danger',
};

/** The part of its element that the list needs. */
interface Host extends WlElement {
  heading: string;
  readonly mayWrite: boolean;
  wrongFile: string | undefined;
  readonly deleting: string | undefined;
  askDelete(sourceId: string | undefined): void;
  size(bytes: number): string;
  date(instant: string): string;
}

/** The client's sources, each with how it stands and what can be done about it. Who cannot add one is not asked to. */
export function sourcesView(host: Host, store: SourcesStore, sources: readonly Source[], canAdd: boolean) {
  if (sources.length === 0)
    return html`<div class="empty" part="empty">${pictures.text}<p class="muted">${host.say('knowledge.none')} ${canAdd ? host.say('knowledge.first') : nothing}</p></div>`;
  return html`<ul class="lines" part="sources" aria-label=${host.heading || host.say('knowledge.heading')}>${sources.map((source) => row(host, store, source))}</ul>`;
}

function row(host: Host, store: SourcesStore, source: Source) {
  const { id, kind, name, type, bytes, state, addedAt, reason } = source;
  const isLost = state === 'uploading' && !store.uploads.has(id);
  const isStopped = isLost || store.uploads.isPaused(id);
  const facts = [type?.toUpperCase(), bytes > 0 && host.size(bytes), host.date(addedAt)].filter(Boolean).join(' · ');
  return html`<li class="source" part="source">
    ${pictures[kind]}
    <div class="grow">
      <p class="name">${name}</p>
      <p class="muted">${facts}</p>
      ${reason ? html`<p class="field-error">${host.explain(reason)}</p>` : nothing}
      ${state === 'uploading' ? progress(host, source) : nothing}
      ${isLost && kind === 'file' ? lost(host, store, source) : nothing}
      ${isRefused(source) && host.mayWrite ? chooseAnother(host, store, source) : nothing}
      ${agents(host, store, source)}
    </div>
    <span class="state ${tones[state]}" part="state">${host.say(isStopped ? 'knowledge.state.paused' : `knowledge.state.${state}`)}</span>
    <div class="row">${host.mayWrite ? actions(host, store, source, isStopped && !isLost) : nothing}</div>
    ${host.deleting === id ? sure(host, store, source) : refusal(host, store, id)}
  </li>`;
}

const refusal = (host: Host, store: SourcesStore, id: string) => {
  const why = store.refusedAt(id);
  return why ? html`<div class="all">${host.sentence(why)}</div>` : nothing;
};

function progress(host: Host, { name, bytes, receivedBytes }: Source) {
  const percent = bytes > 0 ? Math.floor((receivedBytes / bytes) * 100) : 100;
  return html`<progress part="progress" max="100" .value=${percent} aria-label=${host.say('knowledge.progress', { percent, name })}></progress>`;
}

/** The page was left while the file was on its way: it must be chosen again. */
function lost(host: Host, store: SourcesStore, source: Source) {
  const take = (event: Event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    host.wrongFile = store.reopen(source, file) ? undefined : source.id;
    host.requestUpdate();
  };
  return html`<label class="field"><small class="muted">${host.say('knowledge.again')}</small><input type="file" @change=${take} /></label>
    ${host.wrongFile === source.id ? html`<p class="field-error" role="alert">${host.say('knowledge.otherFile')}</p>` : nothing}`;
}

/** Tells whether a file was refused for what is in it: it would be refused again. */
const isRefused = ({ kind, state, receivedBytes }: Source): boolean => kind === 'file' && state === 'failed' && receivedBytes === 0;

function chooseAnother(host: Host, store: SourcesStore, { id }: Source) {
  const take = (event: Event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file) void store.replace(id, file);
  };
  return html`<label class="field"><small class="muted">${host.say('knowledge.another')}</small><input type="file" accept=${ACCEPTED} @change=${take} /></label>`;
}

function agents(host: Host, store: SourcesStore, { id, state, agentIds }: Source) {
  if (state !== 'ready' || store.agents.length === 0) return nothing;
  return html`<fieldset class="row" ?disabled=${!host.mayWrite}>
    <legend class="muted">${host.say('knowledge.agents')}</legend>
    ${store.agents.map(
      (agent) =>
        html`<label class="check"><input type="checkbox" .checked=${agentIds.includes(agent.id)} @change=${(event: Event) => store.attach(id, agent.id, (event.target as HTMLInputElement).checked)} /> ${agent.name}</label>`,
    )}
    ${store.agents
      .filter((agent) => agentIds.includes(agent.id) && agent.version && agent.version.state !== 'live')
      .map(({ name }) => html`<small class="muted">${host.say('knowledge.agentLater', { name })}</small>`)}
  </fieldset>`;
}

function actions(host: Host, store: SourcesStore, source: Source, mayResume: boolean) {
  const { id, name, state } = source;
  const busy = String(store.busy === id);
  const button = (key: 'resume' | 'retry' | 'cancel' | 'delete', act: () => void, expanded?: boolean) =>
    html`<button part="button-secondary" aria-expanded=${expanded ?? nothing} aria-label="${host.say(`knowledge.${key}`)} ${name}" aria-disabled=${busy} @click=${act}>${host.say(`knowledge.${key}`)}</button>`;
  if (state === 'removing') return nothing;
  return html`
    ${mayResume ? button('resume', () => void store.uploads.resume(source)) : nothing}
    ${(state === 'failed' && !isRefused(source)) || state === 'quarantined' ? button('retry', () => void store.retry(id)) : nothing}
    ${state === 'uploading' ? button('cancel', () => void store.remove(id)) : button('delete', () => host.askDelete(id), host.deleting === id)}
  `;
}

const sure = (host: Host, store: SourcesStore, { id }: Source) => html`<div class="row all" part="sure">
  <p class="grow">${host.say('knowledge.deleteSure')}</p>
  <button class="filled" part="button-danger" aria-disabled=${String(store.busy === id)} @click=${async () => {
    if (await store.remove(id)) host.askDelete(undefined);
  }}>${host.say('knowledge.deleteNow')}</button>
  <button part="button-secondary" @click=${() => host.askDelete(undefined)}>${host.say('knowledge.keep')}</button>
</div>`;
