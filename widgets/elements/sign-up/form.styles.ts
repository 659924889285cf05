import { css } from 'lit';

/**
 * The form's labels, inputs and button stand in the page, where the page's own rules meet them. Important declarations of a shadow tree
 * win over those, so everything is taken back first and then said anew.
 */
export const formStyles = css`
  .fields,
  .rules {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr));
    gap: var(--_space);
    align-items: start;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .control {
    position: relative;
  }
  ::slotted(:is(label, input, p, button)) {
    all: unset !important;
    box-sizing: border-box !important;
    display: block !important;
    inline-size: 100% !important;
    overflow-wrap: anywhere !important;
  }
  ::slotted(:is(label, p)) {
    font-size: 0.875em !important;
  }
  ::slotted(label) {
    margin-block-end: 0.375em !important;
    font-weight: 550 !important;
  }
  ::slotted(p) {
    color: var(--_danger-ink) !important;
  }
  ::slotted(p:not(:empty)) {
    margin-block-start: 0.375em !important;
  }
  ::slotted(:is(input, button)) {
    min-block-size: max(44px, var(--_control-height)) !important;
    padding-inline: 0.75em !important;
    border: 1px solid var(--_field-border) !important;
    border-radius: var(--_radius) !important;
    background-color: var(--_field) !important;
  }
  .secret ::slotted(input) {
    padding-inline-end: 3em !important;
  }
  ::slotted([aria-invalid='true']) {
    border-color: var(--_danger-ink) !important;
    box-shadow: 0 0 0 1px var(--_danger-ink) !important;
  }
  ::slotted(:focus-visible) {
    outline: 2px solid var(--_focus) !important;
    outline-offset: 2px !important;
  }
  ::slotted(form) {
    display: none !important;
  }
  ::slotted(button) {
    font-weight: 600 !important;
    text-align: center !important;
    cursor: pointer !important;
    color: var(--_on-primary) !important;
    background-color: var(--_fill) !important;
    border-color: transparent !important;
    box-shadow: var(--_shadow) !important;
  }
  ::slotted(button:hover) {
    filter: brightness(0.93) !important;
  }
  ::slotted([aria-disabled='true']) {
    opacity: 0.65 !important;
    cursor: progress !important;
  }
  ::slotted(*)::before,
  ::slotted(*)::after {
    content: none !important;
  }
  .peek {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0;
    padding: 0;
    border: 0;
    color: var(--_muted);
  }
  .peek[aria-pressed='true'] {
    color: var(--_ink);
  }
  .rules {
    gap: 0.25em var(--_space);
    margin-block-start: calc(var(--_space) / 2);
    padding: 0;
    list-style: none;
  }
  li {
    display: flex;
    align-items: center;
    gap: 0.375em;
  }
  li .icon {
    inline-size: 1.125em;
  }
  .unseen {
    position: absolute;
    clip-path: inset(50%);
  }
  .met {
    color: var(--_success-ink);
  }
  .consent {
    display: flex;
    gap: calc(var(--_space) / 2);
    padding-block: 12px;
    cursor: pointer;
  }
  .consent input {
    flex: none;
    inline-size: 1.375em;
    block-size: 1.375em;
  }
  .switch {
    justify-content: center;
    gap: 0 0.5em;
  }
  summary {
    display: flex;
    align-items: center;
    gap: 0.5em;
    min-block-size: 44px;
    border-radius: var(--_radius);
    font-weight: 550;
    cursor: pointer;
  }
  summary::before {
    content: '';
    inline-size: 0.5em;
    block-size: 0.5em;
    border: solid;
    border-width: 0 2px 2px 0;
    margin-inline: 0.25em;
    rotate: -45deg;
  }
  :dir(rtl) > summary::before {
    rotate: 135deg;
  }
  [open] > summary::before {
    rotate: 45deg;
  }
  .line {
    flex: 1 0 100%;
    text-align: center;
  }
`;
