import { css } from 'lit';

/** Tabs, fields and choices, as the elements have them that sell and connect things. */
export const controls = css`
  ul {
    padding: 0;
    list-style: none;
  }
  .ways {
    display: flex;
    gap: 0.25em;
    overflow-x: auto;
    border-block-end: 1px solid var(--_border);
  }
  .ways button {
    flex: none;
    border: 0;
    border-block-end: 3px solid transparent;
    border-radius: 0;
    padding-inline: 0.75em;
  }
  .ways [aria-selected='true'] {
    color: var(--_ink);
    border-color: var(--_ink);
  }
  .field {
    display: grid;
    gap: 0.25em;
    font-weight: 550;
  }
  .field small {
    font-weight: 400;
    font-size: 0.875em;
  }
  .field small:empty {
    display: none;
  }
  .field > :is(input, select, textarea) {
    font: inherit;
    font-weight: 400;
    color: inherit;
    inline-size: 100%;
    min-block-size: max(44px, var(--_control-height));
    padding: 0.375em 0.75em;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background-color: var(--_field);
  }
  .field > [aria-invalid='true'] {
    border-color: var(--_danger);
  }
  textarea {
    resize: vertical;
  }
  option {
    color: light-dark(#111111, #eeeeee);
    background-color: light-dark(#ffffff, #222222);
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-block-size: 44px;
    padding-inline-end: var(--_space);
  }
  .check input {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
  }
  fieldset {
    border: 0;
    padding: 0;
  }
  legend {
    padding: 0;
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .start {
    justify-self: start;
  }
  .state {
    font-size: 0.875em;
    font-weight: 600;
    color: var(--_tone-ink, inherit);
  }
  .filled {
    color: #ffffff;
    background-color: color-mix(in srgb, var(--_danger) 88%, #000000);
    border-color: transparent;
  }
  .filled:hover {
    background-color: color-mix(in srgb, var(--_danger) 75%, #000000);
  }
  .notice > .grow {
    flex-basis: 6em; /* in a narrow card the words still stand beside their icon */
  }
  [role='status']:empty {
    display: none;
  }
`;
