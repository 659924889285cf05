import { css } from 'lit';

export const balanceMeterStyles = css`
  [part='notice']:empty {
    display: none;
  }
  .sentence {
    color: var(--_tone-ink, inherit);
    font-size: 1.125em;
    font-weight: 600;
  }
  progress {
    appearance: none;
    inline-size: 100%;
    block-size: var(--_bar-height);
    border: 0;
    border-radius: 1em;
    overflow: hidden;
    /* A brand between red and yellow would read as a warning, so its healthy bar is grey. */
    color: var(--_tone, oklch(from var(--_ink) l calc(c * clamp(0, max(h - 50, 50 - h) - 65, 1)) h));
    background-color: var(--_track);
  }
  ::-webkit-progress-bar {
    background: none;
  }
  ::-webkit-progress-value {
    background-color: currentcolor;
    border-radius: 1em;
    transition: inline-size 0.4s;
  }
  ::-moz-progress-bar {
    background-color: currentcolor;
    border-radius: 1em;
  }
  [part='figures'] {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.5em;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
    font-weight: 600;
    text-align: center;
  }
  [part='figures'] span {
    font-size: 0;
    border-inline-start: 1px solid var(--_border);
  }
  data::after {
    content: attr(data-label);
    display: block;
    color: var(--_muted);
    font-size: 0.875em;
    font-weight: 400;
  }
  data:first-child {
    text-align: start;
  }
  data:last-child {
    text-align: end;
  }
  @media (forced-colors: active) {
    progress {
      forced-color-adjust: none;
      border: 1px solid canvastext;
      color: highlight;
      background-color: canvas;
    }
  }
  .bone {
    block-size: 7.5em;
  }
`;
