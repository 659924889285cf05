import { css } from 'lit';

export const numberPurchaseStyles = css`
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
  .found .check {
    flex-wrap: wrap;
  }
  .found .check > .number {
    white-space: nowrap;
  }
  .price {
    font-variant-numeric: tabular-nums;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12em), 1fr));
    gap: var(--_space);
    align-items: start;
  }
  summary {
    min-block-size: 44px;
    align-content: center;
    color: var(--_ink);
    font-weight: 550;
    cursor: pointer;
  }
  .end {
    align-items: end;
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
  .bone {
    block-size: 4.5em;
  }
  .bone.line {
    block-size: 1.5em;
    inline-size: 40%;
  }
  details fieldset {
    margin-block-start: var(--_space);
  }
  legend {
    font-weight: 550;
  }
  .own .field {
    max-inline-size: 20em;
  }
  .own > .field {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25em var(--_space);
    max-inline-size: none;
    font-size: 0.875em;
  }
  .own > .field select {
    inline-size: auto;
    min-inline-size: min(100%, 14em);
  }
  .all {
    flex-basis: 100%;
  }
`;
