import { css } from 'lit';

export const gateStyles = css`
  ::slotted([data-wl]) {
    display: contents;
  }
  .wall {
    border-style: dashed;
  }
  .bone {
    block-size: 4.5em;
  }
`;
