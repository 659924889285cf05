import { css } from 'lit';

export const styles = css`
  .packages {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 10.5em), 1fr));
    gap: calc(var(--_space) * 0.75);
  }
  .package {
    position: relative;
    display: grid;
    grid-template-columns: 1fr auto;
    align-content: start;
    gap: 0.125em var(--_gap);
    min-block-size: 7em;
    padding: var(--_space);
    background-color: var(--_card);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
    cursor: pointer;
    transition: border-color 0.12s;
  }
  .package:hover {
    border-color: var(--_field-border);
  }
  .package:has(input:checked) {
    border-color: var(--_primary);
    box-shadow: 0 0 0 1px var(--_primary);
  }
  .package:has(input[type='radio']:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .package > :not(.name, input) {
    grid-column: 1 / -1;
  }
  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25em var(--_gap);
    font-weight: 600;
    min-block-size: 1.75em;
  }
  .price {
    margin-block-start: auto;
    font-size: 1.5em;
    font-weight: 650;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  input[type='radio'] {
    inline-size: 1.25em;
    block-size: 1.25em;
    margin: 0.25em 0 0;
    outline: 0;
    cursor: pointer;
  }
  .amount {
    display: grid;
    gap: 0.25em;
  }
  .amount input {
    font: inherit;
    color: inherit;
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: max(44px, var(--_control-height));
    padding: 0 0.75em;
    background-color: var(--_field);
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
  }
  .progress {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space);
    align-items: flex-start;
  }
  .picture .icon {
    inline-size: 1.75em;
    block-size: 1.75em;
  }
  .actions {
    flex: 1 0 100%;
  }
  .hint {
    text-align: center;
  }
  .packages .bone {
    block-size: 7em;
  }
  .line {
    block-size: 2em;
  }
  .line:last-child {
    block-size: 5em;
  }
`;
