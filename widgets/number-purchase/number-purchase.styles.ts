import { css } from 'lit';

export const styles = css`
  ul {
    padding: 0;
    list-style: none;
  }
  .found {
    display: grid;
    gap: calc(var(--_space) / 2);
  }
  .found > .card {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(var(--_space) / 2) var(--_space);
    padding: calc(var(--_space) * 0.75) var(--_space);
  }
  .found > .own {
    display: grid;
    grid-template-columns: 100%;
  }
  .number {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .number .muted {
    font-weight: 400;
  }
  .price {
    font-variant-numeric: tabular-nums;
  }
  .state {
    font-size: 0.875em;
    font-weight: 600;
    color: var(--_tone-ink);
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12em), 1fr));
    gap: var(--_space);
    align-items: start;
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
  input:not([type='checkbox']),
  select {
    font: inherit;
    font-weight: 400;
    color: inherit;
    inline-size: 100%;
    min-block-size: max(44px, var(--_control-height));
    padding: 0.25em 0.75em;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background-color: var(--_field);
  }
  option {
    color: light-dark(#111111, #eeeeee);
    background-color: light-dark(#ffffff, #222222);
  }
  [aria-invalid='true'] {
    border-color: var(--_danger);
  }
  .check {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
    min-block-size: 44px;
    padding-inline-end: var(--_space);
  }
  [type='checkbox'] {
    inline-size: 1.25em;
    block-size: 1.25em;
  }
  fieldset {
    border: 0;
    padding: 0;
    margin-block-start: var(--_space);
  }
  legend {
    padding: 0;
    font-weight: 550;
  }
  summary {
    min-block-size: 44px;
    align-content: center;
    color: var(--_ink);
    font-weight: 550;
    cursor: pointer;
  }
  .start {
    justify-self: start;
  }
  .end {
    align-items: end;
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
    border-color: var(--_primary);
  }
  .badge {
    display: inline-block;
    padding: 0 0.625em;
    border: 1px solid var(--_warning);
    border-radius: 1em;
    font-size: 0.8125em;
    font-weight: 600;
    color: var(--_warning-ink);
  }
  dl {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.375em var(--_space);
  }
  dd {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .filled {
    color: #ffffff;
    background-color: color-mix(in srgb, var(--_danger) 88%, #000000);
    border-color: transparent;
  }
  .filled:hover {
    background-color: color-mix(in srgb, var(--_danger) 75%, #000000);
  }
  .bone {
    block-size: 4.5em;
  }
  .bone.line {
    block-size: 1.5em;
    inline-size: 40%;
  }
  [role='status']:empty {
    display: none;
  }
`;
