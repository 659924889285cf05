import { css } from 'lit';

export const plansStyles = css`
  .plans {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15em), 1fr));
    gap: var(--_space);
    padding: 0;
    list-style: none;
  }
  .plan {
    display: grid;
    grid-template-rows: auto auto 1fr auto;
    gap: calc(var(--_space) / 2);
    align-content: start;
  }
  .plan > .stack {
    align-content: start;
    gap: calc(var(--_space) / 2);
  }
  .plan > button {
    margin-block-start: calc(var(--_space) / 2);
  }
  .current {
    border-color: var(--_ink);
    box-shadow: inset 0 0 0 1px var(--_ink);
  }
  .price {
    font-size: 1.25em;
    font-weight: 650;
    font-variant-numeric: tabular-nums;
  }
  .what {
    display: grid;
    align-content: start;
    gap: 0.375em;
    padding: 0;
    list-style: none;
  }
  .losses {
    padding-inline-start: 1.25em;
  }
  .what li {
    display: grid;
    grid-template-columns: 1.25em 1fr;
    gap: 0.5em;
  }
  .what .icon {
    inline-size: 1.25em;
    block-size: 1.5em;
    color: var(--_success-ink);
  }
  .badge {
    padding: 0.125em 0.625em;
    border-radius: 1em;
    font-size: 0.8125em;
    font-weight: 600;
    color: var(--_on-accent);
    background-color: var(--_accent-fill);
  }
  .bone {
    block-size: 14em;
  }
`;
