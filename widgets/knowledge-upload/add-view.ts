import { html, nothing } from 'lit';
import { icon } from '../core/icons.ts';
import type { WlKnowledgeUpload } from './knowledge-upload.ts';
import type { Shelf } from './shelf.ts';

const ACCEPTED = '.pdf,.docx,.txt,.md,.csv';
const upload = icon('M12 16V5m-4 4 4-4 4 4M5 15v4h14v-4');

/** Where files are dropped or chosen. */
export function fileView(host: WlKnowledgeUpload, shelf: Shelf) {
  const take = (files: FileList | null | undefined) => files && void shelf.stageFiles([...files]);
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
export function textView(host: WlKnowledgeUpload, shelf: Shelf) {
  return html`<form class="stack" part="form" novalidate @submit=${(event: Event) => {
    const values = filled(host, event, ['name', 'text']);
    if (values) void shelf.stage({ kind: 'text', name: values.name ?? '', text: values.text ?? '' });
  }}>
    ${field(host, 'name', host.say('knowledge.title'), html`<input part="field" name="name" maxlength="120" autocomplete="off" aria-describedby="problem-name" />`)}
    ${field(host, 'text', host.say('knowledge.text'), html`<textarea part="field" name="text" rows="6" maxlength="200000" aria-describedby="problem-text"></textarea>`)}
    <button class="start" part="button-secondary">${host.say('knowledge.stage')}</button>
  </form>`;
}

/** A public page. */
export function urlView(host: WlKnowledgeUpload, shelf: Shelf) {
  return html`<form class="stack" part="form" novalidate @submit=${(event: Event) => {
    const values = filled(host, event, ['url']);
    if (values) void shelf.stage({ kind: 'url', url: values.url ?? '' });
  }}>
    ${field(
      host,
      'url',
      host.say('knowledge.url'),
      html`<input part="field" name="url" type="url" inputmode="url" autocomplete="url" aria-describedby="problem-url" />`,
      host.say('knowledge.urlHint'),
    )}
    <button class="start" part="button-secondary">${host.say('knowledge.stage')}</button>
  </form>`;
}

function field(host: WlKnowledgeUpload, name: string, label: string, input: unknown, hint: string | undefined = undefined) {
  const isMissing = host.missing === name;
  return html`<label class="field"><span>${label}</span>${input}
    <small id="problem-${name}" class=${isMissing ? 'field-error' : 'muted'} role=${isMissing ? 'alert' : nothing}>${isMissing ? host.say('knowledge.missing') : (hint ?? nothing)}</small></label>`;
}

/** What was typed, and the form is empty for the next; undefined where something is missing. */
function filled(host: WlKnowledgeUpload, event: Event, names: readonly string[]): Record<string, string> | undefined {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  host.missing = names.find((name) => !values[name]);
  host.requestUpdate();
  if (host.missing) {
    form.querySelector<HTMLElement>(`[name=${host.missing}]`)?.focus();
    return undefined;
  }
  form.reset();
  return values;
}
