import { css } from 'lit';

export const styles = css`
  .sentence {
    font-size: 1.125em;
    font-weight: 600;
    line-height: 1.35;
  }
  .low,
  .critical {
    --_tone-ink: var(--_warning-ink);
    --_bar: var(--_warning);
  }
  .critical {
    --_tone-ink: var(--_danger-ink);
    --_bar: var(--_danger);
  }
  progress {
    display: block;
    appearance: none;
    inline-size: 100%;
    block-size: var(--_bar-height);
    border: 0;
    border-radius: 1em;
    overflow: hidden;
    color: var(--_bar, var(--_primary));
    background-color: var(--_track);
  }
  progress::-webkit-progress-bar {
    background: none;
  }
  progress::-webkit-progress-value {
    background-color: var(--_bar, var(--_primary));
    border-radius: 1em;
    transition: inline-size 0.4s ease;
  }
  progress::-moz-progress-bar {
    background-color: var(--_bar, var(--_primary));
    border-radius: 1em;
  }
  .figures {
    display: grid;
    grid-template-columns: 1fr auto 1fr auto 1fr;
    font-variant-numeric: tabular-nums;
    font-weight: 600;
    text-align: center;
  }
  .figures data::after {
    content: attr(data-label);
    display: block;
    color: var(--_muted);
    font-size: var(--_small);
    font-weight: 400;
  }
  .figures data:first-of-type {
    text-align: start;
  }
  .figures data:last-of-type {
    text-align: end;
  }
  .figures span {
    color: transparent;
    border-inline-start: 1px solid var(--_border);
    inline-size: 0;
    overflow: hidden;
  }
  .bones {
    block-size: 7.5em;
  }
  ::slotted([slot='low']) {
    display: inline-block;
  }
`;
