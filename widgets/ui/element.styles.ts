import { css } from 'lit';

/** Styles every element before its own styles do: a frame that a page's resets and inherited oddities do not reach into. */
export const base = css`
  :host {
    display: block;
    max-inline-size: 100%;
    color-scheme: light;
  }
  :host(:state(dark)) {
    color-scheme: dark;
  }
  :host(:state(below)) {
    margin-block-start: var(--_space);
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  ::before {
    box-sizing: border-box;
    margin: 0;
    min-inline-size: 0;
    unicode-bidi: plaintext; /* a number, an address or a sentence runs as it begins, whatever the page's direction */
  }
  .frame {
    color: var(--_text);
    background-color: var(--_surface);
    border-radius: var(--_radius);
    box-shadow: var(--_frame-shadow);
    padding: var(--_padding);
    font-family: var(--_font);
    font-size: var(--_font-size);
    font-weight: 400;
    font-style: normal;
    line-height: 1.5;
    letter-spacing: normal;
    word-spacing: normal;
    text-align: left;
    text-indent: 0;
    text-transform: none;
    text-shadow: none;
    white-space: normal;
    overflow-wrap: anywhere;
    column-rule-color: var(--_surface); /* never seen: where the code reads what color the surface is */
    transition: 1ms color, 1ms column-rule-color; /* never seen: their end says that the page changed its colors */
  }
  .frame:dir(rtl) {
    text-align: right;
  }
  .stack {
    display: grid;
    grid-template-columns: 100%;
    gap: var(--_space);
  }
  .tight {
    gap: calc(var(--_space) / 4);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_space) / 2) var(--_space);
  }
  .grow {
    flex: 1 1 9em;
  }
  h2 {
    font-family: var(--_heading-font);
    font-size: var(--_heading-size);
    font-weight: var(--_heading-weight);
    line-height: 1.25;
  }
  h3 {
    font-size: 1em;
    font-weight: 600;
  }
  .muted {
    color: var(--_muted);
  }
  .muted,
  .small {
    font-size: 0.875em;
  }
  .logo {
    justify-self: start;
    block-size: var(--_logo-height);
    max-inline-size: 100%;
    object-fit: contain;
  }
  button,
  .button {
    font: inherit;
    font-weight: 600;
    color: inherit;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-block-size: max(44px, var(--_control-height));
    min-inline-size: 44px;
    padding: 0.25em 1.125em;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background: none;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover,
  .button:hover {
    background-color: var(--_track);
  }
  .primary,
  .primary:hover {
    color: var(--_on-primary);
    background-color: var(--_fill);
    border-color: transparent;
    box-shadow: var(--_shadow);
  }
  .primary:hover {
    filter: brightness(0.93);
  }
  [aria-disabled='true'] {
    opacity: 0.65;
    cursor: progress;
  }
  .link,
  a:not(.button) {
    color: var(--_ink);
    font-weight: 550;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .link,
  .link:hover {
    padding-inline: 0;
    border: 0;
    background: none;
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .card {
    background-color: var(--_card);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    padding: var(--_space);
  }
  .notice {
    --_tone: var(--_border);
    background-color: color-mix(in srgb, var(--_tone) 8%, var(--_card));
    border-color: var(--_tone);
  }
  .success {
    --_tone: var(--_success);
    --_tone-ink: var(--_success-ink);
  }
  .warning,
  .low {
    --_tone: var(--_warning);
    --_tone-ink: var(--_warning-ink);
  }
  .danger,
  .critical {
    --_tone: var(--_danger);
    --_tone-ink: var(--_danger-ink);
  }
  .toned,
  .notice .icon {
    color: var(--_tone-ink);
  }
  .field-error {
    color: var(--_danger-ink);
    font-size: 0.875em;
  }
  .icon {
    inline-size: 1.5em;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .bone {
    border-radius: var(--_radius);
    background-color: var(--_track);
    animation: breathe 1.6s infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;
