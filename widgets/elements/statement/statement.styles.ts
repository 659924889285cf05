import { css } from 'lit';

export const statementStyles = css`
  ul {
    padding: 0;
    list-style: none;
  }
  summary,
  [part='entry'] {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.125em var(--_space);
    padding-block: calc(var(--_space) * 0.75);
  }
  summary {
    min-block-size: 44px;
    cursor: pointer;
  }
  summary:hover {
    background-color: var(--_track);
  }
  [part='thing'] {
    border-block-end: 1px solid var(--_border);
  }
  [part='entries'] {
    margin-block-end: calc(var(--_space) * 0.75);
    padding-inline-start: var(--_space);
    border-inline-start: 3px solid var(--_track);
    font-size: 0.875em;
  }
  [part='entry'] {
    padding-block: calc(var(--_space) / 4);
  }
  [part='receipt'] {
    margin-block-end: calc(var(--_space) / 2);
  }
  [part='folded'] > summary {
    display: list-item;
    align-content: center;
  }
  [part='link'] {
    display: inline-flex;
    align-items: center;
    min-block-size: 44px;
  }
  select {
    font: inherit;
    color: inherit;
    min-block-size: max(44px, var(--_control-height));
    padding: 0.375em 0.75em;
    border: 1px solid var(--_field-border);
    border-radius: var(--_radius);
    background-color: var(--_field);
  }
  option {
    color: light-dark(#111111, #eeeeee);
    background-color: light-dark(#ffffff, #222222);
  }
  [aria-busy='true'] {
    opacity: 0.65;
  }
  .badge {
    padding: 0.1em 0.6em;
    border-radius: 1em;
    font-size: 0.75em;
    font-weight: 600;
    color: var(--_warning-ink);
    box-shadow: inset 0 0 0 1px;
  }
  /* A sign stands before its number, also where text runs from right to left. */
  .amount:not(.muted) {
    direction: ltr;
    justify-self: end;
  }
  .what {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.75em;
  }
  b {
    font-weight: 600;
  }
  .cause {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  .amount {
    font-variant-numeric: tabular-nums;
    text-align: end;
  }
  .broken {
    padding-inline: calc(var(--_space) * 0.75);
    border: 1px solid var(--_tone);
    border-radius: var(--_radius);
  }
  .broken b {
    color: var(--_tone-ink);
  }
  .bone {
    block-size: 3.5em;
    margin-block-end: calc(var(--_space) / 2);
  }
  [role='status']:empty {
    display: none;
  }
`;
