import { css } from 'lit';

export const buyCreditsStyles = css`
  .packages {
    display: flex;
    flex-wrap: wrap;
    gap: calc(var(--_space) * 0.75);
  }
  .packages > * {
    flex: 1 1 10.5em;
  }
  .wide {
    flex-basis: 100%;
  }
  .package {
    display: grid;
    grid-template-columns: 1fr auto;
    align-content: start;
    gap: 0.25em;
    position: relative;
    box-shadow: var(--_shadow);
    cursor: pointer;
  }
  .package:hover {
    border-color: var(--_field-border);
  }
  .package:has(:checked) {
    border-color: var(--_ink);
    box-shadow: 0 0 0 1px var(--_ink);
  }
  .package:has([type='radio']:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .package > :not(.name, [type='radio']) {
    grid-column: 1 / -1;
  }
  .name {
    font-weight: 600;
  }
  .rate {
    min-block-size: 1.5em;
  }
  .price {
    font-size: 1.5em;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  [type='radio'] {
    inline-size: 1.25em;
    block-size: 1.25em;
    outline: 0;
    cursor: pointer;
  }
  [part='amount'] {
    font: inherit;
    color: inherit;
    display: block;
    inline-size: min(100%, 16em);
    min-block-size: max(44px, var(--_control-height));
    padding: 0 0.75em;
    background-color: var(--_field);
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
  }
  .badge {
    padding: 0.1em 0.6em;
    border-radius: 1em;
    font-size: 0.75em;
    font-weight: 600;
    color: var(--_on-accent);
    background-color: var(--_accent-fill);
  }
  .top {
    position: absolute;
    inset-block-start: -0.9em;
    inset-inline-start: calc(var(--_space) * 1.2);
  }
  .outline {
    color: var(--_warning-ink);
    background: none;
    box-shadow: inset 0 0 0 1px;
  }
  .actions {
    flex: 1 0 100%;
    padding-inline-start: calc(1.5em + var(--_space));
  }
  .primary {
    inline-size: min(100%, 24em);
  }
  .actions .primary {
    inline-size: auto;
  }
  @media (forced-colors: active) {
    .package:has(:checked) {
      outline: 3px solid highlight;
    }
  }
  .bone {
    block-size: 7em;
  }
  .line {
    block-size: 2em;
  }
`;
