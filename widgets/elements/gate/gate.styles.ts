import { css } from 'lit';

export const gateStyles = css`
  .wall {
    border-style: dashed;
  }
  .bone {
    block-size: 4.5em;
  }
`;
