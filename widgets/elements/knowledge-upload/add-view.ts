import { html } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { submitHandler, textField } from '../../ui/fields.ts';
import { icon } from '../../ui/icons.ts';
import type { SourcesStore } from './sources-store.ts';

export const ACCEPTED = '.pdf,.docx,.txt,.text,.md,.markdown,.csv';
const upload = icon('M12 16V5m-4 4 4-4 4 4M5 15v4h14v-4');

/** Where files are dropped or chosen. */
export function fileView(host: WlElement, store: SourcesStore) {
  const take = (files: FileList | null | undefined) => files && void store.stageFiles([...files]);
  const over = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    (event.currentTarget as HTMLElement).classList.toggle('over', isOver);
  };
  return html`<label
    class="card drop"
    part="drop"
    @dragover=${(event: DragEvent) => over(event, true)}
    @dragleave=${(event: DragEvent) => over(event, false)}
    @drop=${(event: DragEvent) => {
      over(event, false);
      take(event.dataTransfer?.files);
    }}
  >
    ${upload}
    <span>${host.say('knowledge.drop')} <b class="choose">${host.say('knowledge.choose')}</b></span>
    <small class="muted">${host.say('knowledge.types')}</small>
    <input
      class="unseen"
      type="file"
      multiple
      accept=${ACCEPTED}
      aria-label=${host.say('knowledge.choose')}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        take(input.files);
        input.value = '';
      }}
    />
  </label>`;
}

/** Text that is typed or pasted. */
export function textView(host: WlElement, store: SourcesStore) {
  const stage = ({ name, text }: { name: string; text: string }) => {
    void store.stage({ kind: 'text', name, text });
    return true;
  };
  return html`<form class="stack" part="form" novalidate @submit=${submitHandler(host, store, 'text', stage)}>
    ${textField(store, 'text', { name: 'name', label: host.say('knowledge.title'), missing: host.say('knowledge.title.missing'), maxlength: 120 })}
    ${textField(store, 'text', { name: 'text', label: host.say('knowledge.text'), missing: host.say('knowledge.text.missing'), maxlength: 200_000, rows: 6 })}
    <button class="start" part="button-secondary">${host.say('knowledge.stage')}</button>
  </form>`;
}

/** A public page. */
export function urlView(host: WlElement, store: SourcesStore) {
  const stage = ({ url }: { url: string }) => {
    void store.stage({ kind: 'url', url });
    return true;
  };
  const words = { label: host.say('knowledge.url'), hint: host.say('knowledge.urlHint'), missing: host.say('knowledge.url.missing') };
  return html`<form class="stack" part="form" novalidate @submit=${submitHandler(host, store, 'url', stage)}>
    ${textField(store, 'url', { name: 'url', ...words, type: 'url', inputmode: 'url', autocomplete: 'url' })}
    <button class="start" part="button-secondary">${host.say('knowledge.stage')}</button>
  </form>`;
}
