import { css } from 'lit';

export const sessionsStyles = css`
  ul {
    padding: 0;
    list-style: none;
  }
  li {
    flex-wrap: nowrap;
    padding-block: calc(var(--_space) / 2);
    border-block-end: 1px solid var(--_border);
  }
  b {
    font-weight: 600;
  }
  .badge {
    margin-inline-start: 0.5em;
    padding: 0.1em 0.6em;
    border-radius: 1em;
    font-size: 0.75em;
    font-weight: 600;
    white-space: nowrap;
    color: var(--_success-ink);
    box-shadow: inset 0 0 0 1px;
  }
  .bone {
    block-size: 3.5em;
    margin-block-end: calc(var(--_space) / 2);
  }
  [role='status']:empty {
    display: none;
  }
`;
