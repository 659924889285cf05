import { css } from 'lit';

export const knowledgeUploadStyles = css`
  .unseen {
    position: absolute;
    clip-path: inset(50%);
  }
  .drop {
    position: relative;
    display: grid;
    justify-items: center;
    gap: 0.375em;
    padding: calc(var(--_space) * 1.5) var(--_space);
    border: 2px dashed var(--_field-border);
    text-align: center;
    cursor: pointer;
  }
  .drop .icon {
    inline-size: 2em;
    color: var(--_ink);
  }
  .drop:hover,
  .over {
    border-color: var(--_ink);
    background-color: color-mix(in srgb, var(--_primary) 8%, transparent);
  }
  .drop:focus-within {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .choose {
    color: var(--_ink);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .lines > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25em var(--_space);
    padding-block: calc(var(--_space) / 2);
    border-block-end: 1px solid var(--_border);
  }
  .lines > [part='item'] {
    display: grid;
    grid-template-columns: minmax(10em, 1fr) auto auto;
  }
  .lines > .source {
    align-items: flex-start;
    padding-block: calc(var(--_space) * 0.75);
  }
  .source > .icon {
    margin-block-start: 0.125em;
    color: var(--_muted);
  }
  .source .grow {
    flex-basis: 14em;
  }
  .name {
    font-weight: 600;
  }
  .name small {
    font-weight: 400;
  }
  .cost {
    font-variant-numeric: tabular-nums;
  }
  .quiet {
    border: 0;
    padding: 0;
  }
  .all {
    flex-basis: 100%;
  }
  progress {
    appearance: none;
    display: block;
    inline-size: 100%;
    block-size: 6px;
    margin-block-start: 0.375em;
    border: 0;
    border-radius: 3px;
    overflow: hidden;
    background-color: var(--_track);
  }
  ::-webkit-progress-bar {
    background-color: var(--_track);
  }
  ::-webkit-progress-value {
    background-color: var(--_ink);
    transition: inline-size 0.2s;
  }
  ::-moz-progress-bar {
    background-color: var(--_ink);
  }
  .usage {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr));
    gap: var(--_space);
    font-size: 0.875em;
  }
  .usage:not(:has(div)) {
    display: none;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    font-variant-numeric: tabular-nums;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5em;
    padding: var(--_space);
    text-align: center;
  }
  .empty .icon {
    inline-size: 2.5em;
    opacity: 0.5;
  }
  .bone {
    block-size: 7em;
  }
  .bone.line {
    block-size: 3em;
  }
  .source .state {
    min-block-size: 44px;
    align-content: center;
  }
  @media (max-width: 30em) {
    .lines > [part='item'] {
      grid-template-columns: 1fr auto;
    }
    .cost {
      grid-row: 2;
      grid-column: 1 / -1;
    }
    .source > .icon,
    .source > .state {
      order: -1;
    }
    .source > .state {
      flex: 1;
      min-block-size: 0;
    }
    .source > .grow {
      flex-basis: 100%;
    }
  }
`;
