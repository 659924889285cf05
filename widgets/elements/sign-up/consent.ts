import { html, nothing } from 'lit';
import type { StringKey } from '../../strings/strings.ts';
import { type Brand, webAddress } from '../../ui/brand.ts';
import type { Form } from './form.ts';

/** The box that somebody ticks before an account is made, where the agency has terms or a privacy notice. */
export function consentBox(say: (key: StringKey) => string, { termsUrl, privacyUrl }: Brand, form: Form) {
  const links: Record<string, string | undefined> = { terms: webAddress(termsUrl), privacy: webAddress(privacyUrl) };
  const { terms, privacy } = links;
  if (!terms && !privacy) return nothing;
  const words = say(terms && privacy ? 'signUp.consentBoth' : terms ? 'signUp.consent' : 'signUp.consentPrivacy').split(/\{(\w+)\}/);
  const error = form.errors.get('acceptedTerms');
  return html`<div part="consent">
    <label class="consent small">
      <input
        type="checkbox"
        .checked=${form.accepted}
        aria-invalid=${error ? 'true' : 'false'}
        aria-describedby="consent-error"
        @change=${(event: Event) => form.set({ accepted: (event.target as HTMLInputElement).checked })}
      />
      <span>${words.map((word, index) => (index % 2 ? html`<a href=${links[word] ?? ''} target="_blank" rel="noopener">${say(word as StringKey)}</a>` : word))}</span>
    </label>
    <p id="consent-error" class="field-error">${error}</p>
  </div>`;
}
