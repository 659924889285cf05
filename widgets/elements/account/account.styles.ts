import { css } from 'lit';

export const accountStyles = css`
  h3 {
    line-height: 1.5;
  }
  .pairs {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 14em), 1fr));
    gap: 12px 16px;
  }
  .part {
    display: grid;
    gap: 12px;
    padding-block-end: 24px;
  }
  form + .part,
  .part + .part {
    padding-block-start: 24px;
    border-block-start: 1px solid var(--_border);
  }
  .setting {
    display: grid;
    gap: 12px;
    padding-block: 8px;
  }
  li.setting + li.setting {
    border-block-start: 1px solid var(--_border);
  }
  form {
    max-inline-size: 36em;
  }
  form > .row:last-child {
    margin-block-start: 8px;
  }
  .part,
  #panel > ul {
    max-inline-size: 48em;
  }
  .amount {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .danger-text {
    color: var(--_danger-ink, var(--_danger));
  }
  .list {
    padding-inline-start: 1.25em;
    list-style: disc;
  }
  .bone {
    block-size: 3.5em;
  }
`;
