import { css } from 'lit';

/**
 * The form's labels, inputs and button stand in the page, where the page's own rules meet them. Important declarations of a shadow tree
 * win over those, so everything is taken back first and then said anew.
 */
export const styles = css`
  :host {
    max-inline-size: 30rem;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr));
    gap: var(--_space);
    align-items: start;
  }
  .field {
    position: relative;
    min-inline-size: 0;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .control {
    position: relative;
    display: block;
  }
  ::slotted(label) {
    all: unset !important;
    display: block !important;
    margin-block-end: 0.375em !important;
    font: 550 var(--_small) / 1.4 var(--_font) !important;
    font-size: calc(var(--_font-size) * 0.875) !important;
    cursor: pointer !important;
  }
  ::slotted(input) {
    all: unset !important;
    box-sizing: border-box !important;
    display: block !important;
    inline-size: 100% !important;
    min-block-size: max(44px, var(--_control-height)) !important;
    padding: 0 0.75em !important;
    font: 400 var(--_font-size) / 1.4 var(--_font) !important;
    text-align: start !important;
    cursor: text !important;
    overflow: hidden !important;
    background-color: var(--_field) !important;
    border: 1px solid var(--_field-border) !important;
    border-radius: var(--_radius) !important;
  }
  ::slotted(input[type='password']),
  .secret ::slotted(input) {
    padding-inline-end: 3.25em !important;
  }
  ::slotted(input[aria-invalid='true']) {
    border-color: var(--_danger-ink) !important;
    box-shadow: 0 0 0 1px var(--_danger-ink) !important;
  }
  ::slotted(input:focus-visible),
  ::slotted(button:focus-visible) {
    outline: 2px solid var(--_focus) !important;
    outline-offset: 2px !important;
  }
  ::slotted(p) {
    all: unset !important;
    display: block !important;
    font: 400 calc(var(--_font-size) * 0.875) / 1.4 var(--_font) !important;
    color: var(--_danger-ink) !important;
  }
  ::slotted(p:not(:empty)) {
    margin-block-start: 0.375em !important;
  }
  ::slotted(form) {
    display: none !important;
  }
  ::slotted(button) {
    all: unset !important;
    box-sizing: border-box !important;
    display: block !important;
    inline-size: 100% !important;
    min-block-size: max(44px, var(--_control-height)) !important;
    padding: 0.25em 1.125em !important;
    font: 600 var(--_font-size) / 1.4 var(--_font) !important;
    text-align: center !important;
    cursor: pointer !important;
    color: var(--_on-primary) !important;
    background-color: var(--_fill) !important;
    border: 1px solid transparent !important;
    border-radius: var(--_radius) !important;
    box-shadow: var(--_shadow) !important;
  }
  ::slotted(button:hover) {
    filter: brightness(0.93) !important;
  }
  ::slotted(button[aria-disabled='true']) {
    opacity: 0.65 !important;
    cursor: progress !important;
  }
  ::slotted(label)::before,
  ::slotted(label)::after,
  ::slotted(p)::before,
  ::slotted(p)::after,
  ::slotted(button)::before,
  ::slotted(button)::after {
    content: none !important;
  }
  .peek {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0;
    inline-size: 44px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--_muted);
  }
  .peek[aria-pressed='true'] {
    color: var(--_ink);
  }
  .rules {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr));
    gap: 0.25em var(--_space);
    margin-block-start: var(--_gap);
    color: var(--_muted);
    font-size: var(--_small);
  }
  .rules li {
    display: flex;
    align-items: center;
    gap: 0.375em;
  }
  .rules .icon {
    inline-size: 1.125em;
    block-size: 1.125em;
    stroke-width: 2.25;
  }
  .rules .met {
    color: var(--_success-ink);
  }
  .consent {
    display: flex;
    align-items: flex-start;
    gap: var(--_gap);
    font-size: var(--_small);
    line-height: 1.4;
    padding-block: 11px;
    cursor: pointer;
  }
  .consent input {
    flex: none;
    inline-size: 1.375em;
    block-size: 1.375em;
    margin: 0;
  }
  .switch {
    justify-content: center;
    gap: 0 0.5em;
  }
  .person {
    justify-content: space-between;
  }
  .person > div {
    min-inline-size: 0;
    flex: 1 1 12em;
  }
  .bones {
    block-size: 32em;
  }
  wl-balance-meter::part(waiting) {
    display: none;
  }
`;
