import { css } from 'lit';

export const styles = css`
  .wall {
    border-style: dashed;
  }
  .bone {
    block-size: 4.5em;
  }
`;
