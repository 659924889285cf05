import { css } from 'lit';

/** What every element looks like before its own styles: a frame that a page's resets and inherited oddities do not reach into. */
export const base = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-inline-size: 0;
    max-inline-size: 100%;
    color-scheme: light;
  }
  :host(:state(dark)) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
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
    font-variant: normal;
    line-height: 1.5;
    letter-spacing: normal;
    word-spacing: normal;
    text-align: start;
    text-indent: 0;
    text-transform: none;
    text-shadow: none;
    white-space: normal;
    overflow-wrap: anywhere;
    -webkit-font-smoothing: antialiased;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space);
  }
  .tight {
    gap: calc(var(--_gap) / 2);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_gap) var(--_space);
  }
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2 {
    font-family: var(--_heading-font);
    font-size: var(--_heading-size);
    font-weight: var(--_heading-weight);
    line-height: 1.25;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  h3 {
    font-size: 1em;
    font-weight: 600;
  }
  .muted {
    color: var(--_muted);
    font-size: var(--_small);
  }
  .logo {
    display: block;
    block-size: var(--_logo-height);
    max-inline-size: 100%;
    object-fit: contain;
    object-position: left center;
  }
  button,
  .button {
    font: inherit;
    font-weight: 600;
    color: inherit;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--_gap);
    min-block-size: max(44px, var(--_control-height));
    min-inline-size: 44px;
    margin: 0;
    padding: 0.25em 1.125em;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background-color: transparent;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 0.12s,
      filter 0.12s;
  }
  button:hover,
  .button:hover {
    background-color: color-mix(in srgb, currentcolor 7%, transparent);
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
  .primary[aria-disabled='true'] {
    opacity: 0.6;
    cursor: progress;
  }
  .link,
  a:not(.button) {
    color: var(--_ink);
    font-weight: 550;
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.2em;
  }
  .link {
    padding-inline: 0;
    border: 0;
  }
  .link:hover {
    background: none;
    text-decoration-thickness: 2px;
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
    border-inline-start: 3px solid var(--_tone, var(--_border));
  }
  .success {
    --_tone: var(--_success);
    --_tone-ink: var(--_success-ink);
  }
  .warning {
    --_tone: var(--_warning);
    --_tone-ink: var(--_warning-ink);
  }
  .danger {
    --_tone: var(--_danger);
    --_tone-ink: var(--_danger-ink);
  }
  .toned {
    color: var(--_tone-ink);
  }
  .badge {
    display: inline-block;
    padding: 0.1em 0.6em;
    border-radius: 1em;
    font-size: 0.75em;
    font-weight: 600;
    color: var(--_on-accent);
    background-color: var(--_accent-fill);
  }
  .outline {
    color: var(--_warning-ink);
    background: none;
    box-shadow: inset 0 0 0 1px currentcolor;
  }
  .grow {
    flex: 1 1 12em;
    min-inline-size: 0;
  }
  .field-error {
    color: var(--_danger-ink);
    font-size: var(--_small);
  }
  .icon {
    inline-size: 1.5em;
    block-size: 1.5em;
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
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
